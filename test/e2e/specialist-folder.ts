import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleEvaluation } from '../../src/core/fixtures/evaluation.ts';
import { createSpecialistStage } from '../../src/stages/specialist/index.ts';

/** Packs a classifier whose weights are none: for servers that run it. Gives its folder. */
export async function packSpecialist(
  workspaceDir: string,
  { instruction, datasetHash }: { readonly instruction: string; readonly datasetHash: string },
): Promise<string> {
  const given = join(workspaceDir, 'given');
  mkdirSync(given, { recursive: true });
  writeFileSync(join(given, 'model.gguf'), 'not the weights that are asked');
  const { outputs } = await createSpecialistStage().run({
    parameters: {
      facts: {
        name: 'triage',
        task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
        prompt: { instruction, system: instruction, maxAnswerTokens: 8 },
        base: { id: 'tiny', reference: 'tiny', sha256: 'b'.repeat(64), licence: 'MIT', parameters: null },
        template: { source: '', hash: 'h', endOfTurn: '<end>', stop: [] },
        labelTokens: null,
        contextTokens: 128,
        quantization: 'F16',
        lineage: { datasetHash, runIds: [], hyperparameters: {}, stepdownVersion: '0' },
        licences: [],
      },
      evaluation: exampleEvaluation(),
      modelFile: join(given, 'model.gguf'),
      adapterGgufFile: null,
      adapterPeftDir: null,
    },
    workDir: join(workspaceDir, 'work'),
    workspaceDir,
    progress: { say: () => undefined, update: () => undefined },
    signal: new AbortController().signal,
  });
  return join(workspaceDir, outputs[0]!.path);
}
