import { describe, expect, it } from 'vitest';
import { pathOf } from './router.ts';

describe('the path of a request target', () => {
  it.each([
    ['/v1/models', '/v1/models'],
    ['/v1/models?limit=5', '/v1/models'],
    ['http://gateway:8080/v1/models?limit=5', '/v1/models'],
    ['HTTPS://gateway/v1/models', '/v1/models'],
    ['http://gateway', '/'],
    ['http://gateway?limit=5', '/'],
    ['//v1/models', '//v1/models'],
    ['*', '*'],
    ['ftp://gateway/v1/models', 'ftp://gateway/v1/models'],
  ])('of %s is %s', (target, path) => {
    expect(pathOf(target)).toBe(path);
  });
});
