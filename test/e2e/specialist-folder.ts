import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleEvaluation } from '../../src/core/fixtures/evaluation.ts';
import type { SpecialistManifest } from '../../src/core/specialist.ts';
import { createSpecialistStage } from '../../src/stages/specialist/index.ts';

export interface PackedClassifier {
  readonly instruction: string;
  readonly datasetHash: string;
  readonly labels?: readonly string[];
  /** A GGUF file with the template it was made for; default a file that is none: for specialists that servers run. */
  readonly weights?: { readonly file: string; readonly template: SpecialistManifest['template'] };
}

/** Packs a classifier. Gives its folder. */
export async function packSpecialist(workspaceDir: string, packed: PackedClassifier): Promise<string> {
  const {
    instruction,
    datasetHash,
    labels = ['Leaking', 'Noise'],
    weights = noWeights(workspaceDir),
  } = packed;
  const { outputs } = await createSpecialistStage().run({
    parameters: {
      facts: {
        name: 'triage',
        task: { kind: 'classify', labels: [...labels] },
        prompt: { instruction, system: instruction, maxAnswerTokens: 8 },
        base: { id: 'tiny', reference: 'tiny', sha256: 'b'.repeat(64), licence: 'MIT', parameters: null },
        template: weights.template,
        labelTokens: null,
        contextTokens: 128,
        quantization: 'F16',
        lineage: { datasetHash, runIds: [], hyperparameters: {}, stepdownVersion: '0' },
        licences: [],
      },
      baseName: 'org/tiny',
      evaluation: exampleEvaluation(),
      modelFile: weights.file,
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

function noWeights(workspaceDir: string): NonNullable<PackedClassifier['weights']> {
  const given = join(workspaceDir, 'given');
  mkdirSync(given, { recursive: true });
  const file = join(given, 'model.gguf');
  writeFileSync(file, 'not the weights that are asked');
  return { file, template: { source: '', hash: 'h', endOfTurn: '<end>', stop: [] } };
}
