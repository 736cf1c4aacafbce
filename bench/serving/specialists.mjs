/** The specialist that is measured, and the folders that the gateway opens: its files in one quantization, twice. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const say = line => process.stderr.write(`${line}\n`);

/**
 * The newest specialist of a workspace; where there is none, the workspace's own pipeline makes one first.
 * @param cli path of the command line's entry point
 */
export function specialistOf(workspace, cli) {
  const found = () => {
    const folder = join(workspace, '.stepdown', 'specialists');
    const [newest] = existsSync(folder)
      ? readdirSync(folder)
          .map(name => join(folder, name))
          .filter(dir => existsSync(join(dir, 'manifest.json')))
          .map(dir => ({ dir, createdAt: readManifest(dir).createdAt }))
          .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      : [];
    return newest?.dir;
  };
  const made = found();
  if (made !== undefined) return resolve(made);
  say(`There is no specialist in ${workspace} yet: making one with \`stepdown run\`, about 8 minutes …`);
  const run = spawnSync(process.execPath, [cli, 'run', '--workspace', workspace, '--json'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // Exit code 5 is a gate that did not pass; the specialist is there all the same.
  if (run.status !== 0 && run.status !== 5) throw new Error(`\`stepdown run\` ended with ${run.status}`);
  return resolve(found());
}

export const readManifest = dir => JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));

/**
 * Folders beside the specialist for one quantization: `score` answers by scoring its labels, `generate` has the same
 * weights and writes freely. Both open
 * one and the same file, so its weights are in memory once.
 * @param quantization a type that the pipeline made, or `picked`
 * @param tools `specialistHash`, `hashPath` and `LlamaCppQuantizer` of the build
 */
export async function foldersOf(specialist, quantization, scratch, tools) {
  const manifest = readManifest(specialist);
  const type = quantization === 'picked' ? manifest.quantization : quantization;
  const source =
    type === manifest.quantization
      ? join(specialist, manifest.files.model.path)
      : await weightsOf(specialist, type, scratch, tools);
  const artifact = { ...manifest.files.model, ...(await tools.hashPath(source)) };
  const files = { ...manifest.files, model: artifact, adapterGguf: null, adapterPeft: null };
  const scoring = { ...manifest, quantization: type, files };
  const free = { ...scoring, name: `${manifest.name}-free`, task: { kind: 'generate' }, labelTokens: null };
  const write = (name, content) => {
    const dir = join(scratch, type, name);
    mkdirSync(dir, { recursive: true });
    symlinkSync(source, join(dir, artifact.path));
    const hash = tools.specialistHash(content);
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify({ ...content, hash }));
    return dir;
  };
  return {
    manifest: scoring,
    file: source,
    score: write('score', scoring),
    generate: write('generate', free),
  };
}

/** The pipeline's own file of another type where it still lies there, else one made from its F16 file. */
async function weightsOf(specialist, type, scratch, tools) {
  const work = resolve(specialist, '..', '..', 'work');
  const made = name =>
    (existsSync(work) ? readdirSync(work, { recursive: true }) : [])
      .filter(path => path.endsWith(`model-${name}.gguf`))
      .map(path => join(work, path))
      .at(-1);
  const whole = made(type);
  if (whole !== undefined) return whole;
  const inputFile = made('F16');
  if (inputFile === undefined) throw new Error(`no F16 file in ${work} to make ${type} from`);
  const outputFile = join(scratch, `model-${type}.gguf`);
  await new tools.LlamaCppQuantizer({ validate: async () => undefined }).quantize({
    inputFile,
    outputFile,
    type,
    threads: null,
  });
  return outputFile;
}
