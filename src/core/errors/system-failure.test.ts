import { describe, expect, it } from 'vitest';
import { systemFailure } from './system-failure.ts';

const failed = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

describe('what the system refuses', () => {
  it.each([
    ['ENOSPC', { syscall: 'write' }, 'disk-full'],
    ['EDQUOT', { syscall: 'write' }, 'disk-full'],
    ['EFBIG', { syscall: 'write' }, 'file-too-large'],
    ['EROFS', { syscall: 'open', path: '/w/lock' }, 'disk-read-only'],
    ['EACCES', { syscall: 'open', path: '/w/lock' }, 'not-permitted'],
    ['EMFILE', { syscall: 'open', path: '/w/lock' }, 'too-many-open-files'],
    ['ENOENT', { syscall: 'mkdir', path: '/w' }, 'disk-read-only'],
    ['EEXIST', { syscall: 'mkdir', path: '/dev/null' }, 'not-a-folder'],
    ['ENOTDIR', { syscall: 'open', path: '/dev/null/x' }, 'not-a-folder'],
    ['SQLITE_FULL', {}, 'disk-full'],
    ['SQLITE_READONLY_DIRECTORY', {}, 'disk-read-only'],
    ['SQLITE_IOERR_SHMSIZE', {}, 'disk-failed'],
  ])('as %s %j lacks something on this machine', (code, more, expected) => {
    const failure = systemFailure(failed(code, more));
    expect(failure).toMatchObject({ code: expected, exitCode: 3 });
    expect(failure?.message).toContain('path' in more ? more.path : 'of the workspace');
  });

  it('is not what a bug is', () => {
    for (const error of [
      new TypeError('x is not a function'),
      failed('ENOENT', { syscall: 'open', path: '/no/such/file' }),
      failed('EACCES', { syscall: 'listen' }),
      failed('SQLITE_ERROR'),
      failed('constructor', { syscall: 'open' }),
      'text',
      null,
    ])
      expect(systemFailure(error)).toBeNull();
  });
});
