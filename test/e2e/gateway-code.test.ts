import { expect, it } from 'vitest';
import { createWorkspace, startGateway } from './gateway-process.ts';
import { loadedFiles, tellLoadedFiles } from './loaded-files.ts';

/** libsql is loaded, but not by `import`, which is what is told here: see scripts/bundle.mjs. */
const unwanted =
  /app\/(pipeline|serve\/local-serving)\.js|node_modules\/(pg|re2js|node-llama-cpp|undici\/index|libsql)/;

// A file that is loaded takes memory for as long as the gateway runs: some 25 kB, and its text.
it('a gateway of upstreams loads few files, and the code of neither the pipeline nor local models', async () => {
  const workspace = createWorkspace({
    upstreams: { one: { baseUrl: 'http://127.0.0.1:9/v1', allowPrivate: true } },
    aliases: { gpt: { kind: 'upstream', targets: [{ upstream: 'one' }] } },
  });
  try {
    const gateway = await startGateway(workspace.dir, { environment: tellLoadedFiles });
    await gateway.stop();
    const { files, modules } = loadedFiles(gateway.log());
    expect(modules.filter(path => path.endsWith('/serve/gateway.js'))).toHaveLength(1);
    expect(modules.filter(path => unwanted.test(path))).toEqual([]);
    expect(files.length).toBeLessThan(90);
  } finally {
    workspace.remove();
  }
});
