/** What is compared: each arm installs what it needs outside the checkout, and starts on one core. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { listening, printedUrl, startPinned } from './processes.mjs';

const root = join(import.meta.dirname, '..', '..');
const cache = join(process.env.STEPDOWN_CACHE ?? join(homedir(), '.cache', 'stepdown'), 'bench-gateway');
const portkeyVersion = '1.15.2';
const litellmVersion = '1.106.2';
const key = { authorization: 'Bearer sk-bench' };

const quietly = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', ...options });

function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Installed once for each version. */
function installedIn(name, install) {
  const folder = join(cache, name);
  const mark = join(folder, '.installed');
  if (!existsSync(mark)) {
    mkdirSync(folder, { recursive: true });
    install(folder);
    writeFileSync(mark, '');
  }
  return folder;
}

/** The mock itself: the floor. */
const direct = {
  name: 'direct',
  start: async ({ mockUrl }) => ({ url: mockUrl, child: null, version: null }),
};

/** The one on the path, or Debian's package unpacked in the cache. */
function nginxProgram() {
  if (spawnSync('nginx', ['-v']).status === 0) return 'nginx';
  const folder = installedIn('nginx', target => {
    quietly('apt-get', ['download', 'nginx'], { cwd: target });
    const deb = readdirSync(target).find(file => file.endsWith('.deb'));
    quietly('dpkg-deb', ['-x', join(target, deb), target]);
  });
  return join(folder, 'usr', 'sbin', 'nginx');
}

const nginx = {
  name: 'nginx',
  async start({ mockUrl, core, scratch }) {
    const program = nginxProgram();
    const port = await freePort();
    const folder = mkdtempSync(join(scratch, 'nginx-'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; worker_processes 1; error_log stderr crit; pid ${folder}/pid;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 1000000; client_max_body_size 8m; client_body_buffer_size 1m;
  ${temporary.map(name => `${name}_temp_path ${folder}/${name};`).join(' ')}
  upstream mock { server ${new URL(mockUrl).host}; keepalive 1024; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / {
      proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
    }
  }
}
`,
    );
    const child = startPinned(core, program, ['-p', folder, '-c', join(folder, 'nginx.conf')]);
    const url = `http://127.0.0.1:${port}`;
    await listening(`${url}/v1/models`, child);
    const version = spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr.trim().split('/')[1];
    return { url, child, version };
  },
};

/** @param mode of serve.capture */
function stepdown(mode) {
  return {
    name: `stepdown-${mode}`,
    async start({ mockUrl, core, scratch }) {
      const folder = mkdtempSync(join(scratch, 'stepdown-'));
      const config = join(folder, 'stepdown.yaml');
      writeFileSync(
        config,
        JSON.stringify({
          serve: {
            upstreams: { mock: { baseUrl: `${mockUrl}/v1`, allowPrivate: true } },
            aliases: { bench: { kind: 'upstream', targets: [{ upstream: 'mock' }] } },
            capture: { mode },
          },
        }),
      );
      const program = join(root, 'dist', 'cli', 'main.js');
      const child = startPinned(
        core,
        process.execPath,
        [program, 'serve', '--config', config, '--port', '0', '--json'],
        { env: { ...process.env, DATABASE_URL: '' } },
      );
      return { url: await printedUrl(child), child, version: null };
    },
  };
}

const portkey = {
  name: 'portkey',
  async start({ mockUrl, core }) {
    const folder = installedIn(`portkey-${portkeyVersion}`, target =>
      quietly('npm', [
        'install',
        '--prefix',
        target,
        `@portkey-ai/gateway@${portkeyVersion}`,
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
      ]),
    );
    const port = await freePort();
    const program = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js');
    const child = startPinned(core, process.execPath, [program, `--port=${port}`, '--headless'], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const url = `http://127.0.0.1:${port}`;
    await listening(url, child);
    const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${mockUrl}/v1` };
    return { url, child, version: portkeyVersion, headers };
  },
};

const litellm = {
  name: 'litellm',
  async start({ mockUrl, core, scratch }) {
    const folder = installedIn(`litellm-${litellmVersion}`, target => {
      quietly('python3', ['-m', 'venv', target]);
      quietly(join(target, 'bin', 'pip'), ['install', '--quiet', `litellm[proxy]==${litellmVersion}`]);
    });
    const config = join(mkdtempSync(join(scratch, 'litellm-')), 'config.yaml');
    writeFileSync(
      config,
      JSON.stringify({
        model_list: [
          {
            model_name: 'bench',
            litellm_params: { model: 'openai/bench', api_base: `${mockUrl}/v1`, api_key: 'sk-bench' },
          },
        ],
      }),
    );
    const port = await freePort();
    const child = startPinned(
      core,
      join(folder, 'bin', 'litellm'),
      ['--config', config, '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'],
      {
        env: {
          ...process.env,
          LITELLM_LOG: 'ERROR',
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
          LITELLM_MODE: 'PRODUCTION',
          // No arm checks keys; this one would refuse to start without its own setting for that.
          LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
          // Set to nothing it would be refused; without it no database is used.
          DATABASE_URL: undefined,
        },
      },
    );
    const url = `http://127.0.0.1:${port}`;
    await listening(`${url}/health/liveliness`, child);
    return { url, child, version: litellmVersion };
  },
};

/**
 * Every arm; the order is that of the first round. `start` gives `{ url, child, version, headers }`, and throws where
 * the arm cannot be had on this machine.
 */
export const arms = [
  direct,
  nginx,
  stepdown('off'),
  stepdown('batched'),
  stepdown('synchronous'),
  portkey,
  litellm,
].map(arm => ({
  ...arm,
  async start(surroundings) {
    const running = await arm.start(surroundings);
    return { ...running, name: arm.name, headers: { ...key, ...running.headers } };
  },
}));
