import { join, relative, sep } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import type { QuantizationType, Quantizer } from '../../core/quantizer.ts';
import type { Stage } from '../../core/stage.ts';
import type { Trainer } from '../../core/trainer.ts';
import { hashPath } from '../../files/hash-file.ts';
import { compareToReference, comparisonMetric } from './compare.ts';
import { makeFiles, throwIfStopped } from './make-files.ts';
import { pickQuantization } from './pick.ts';
import type { QuantizeParameters, QuantizeResult } from './schema.ts';

/** What the quantize stage is given. */
export interface QuantizeStageDependencies {
  readonly trainer: Pick<Trainer, 'convert'>;
  readonly quantizer: Quantizer;
  /** Rows that selection may look at; there is no way to ask for the test split. */
  readSplit(name: DevelopmentSplitName): Promise<readonly Example[]>;
  /** Opens a GGUF file, puts the examples to it and closes it; answers in the order of the examples. */
  answer(
    modelPath: string,
    examples: readonly Example[],
    options: { readonly onProgress: (share: number) => void; readonly signal: AbortSignal },
  ): Promise<readonly Answer[]>;
}

/** Trained weights to GGUF, in every quantisation, and the smallest that is not worse. */
export function createQuantizeStage(
  dependencies: QuantizeStageDependencies,
): Stage<QuantizeParameters, QuantizeResult> {
  return {
    name: 'quantize',
    version: 3,
    async check() {
      // Throws its own error, with what to do, where the library cannot be loaded.
      await dependencies.quantizer.check();
      return [];
    },
    async run({ parameters, workDir, workspaceDir, progress, signal }) {
      const made = await makeFiles(parameters, join(workDir, 'gguf'), dependencies, {
        onStatus: status => progress.update(status, null),
        signal,
      });
      for (const { type, reason } of made.skipped) progress.say(`${type} is left out: ${reason}`);
      const examples = [
        ...(await dependencies.readSplit('validation')),
        ...(await dependencies.readSplit('calibration')),
      ];
      const answers = new Map<QuantizationType, readonly Answer[]>();
      for (const { type, path } of made.models) {
        throwIfStopped(signal);
        if (examples.length === 0 || made.models.length === 1) break;
        const onProgress = (share: number) => progress.update(`Measuring ${type}`, share);
        answers.set(type, await dependencies.answer(path, examples, { onProgress, signal }));
      }

      const describe = async (kind: string, path: string): Promise<Artifact> => ({
        kind,
        path: relative(workspaceDir, path).split(sep).join('/'),
        ...(await hashPath(path)),
      });
      const metric = comparisonMetric(parameters.task);
      const { margin } = parameters.config;
      const reference = answers.get('F16');
      const files: QuantizeResult['files'] = [];
      for (const { type, path } of made.models) {
        const own = answers.get(type);
        const gate =
          type === 'F16' || own === undefined || reference === undefined
            ? null
            : compareToReference({
                type,
                metric,
                examples,
                answers: own,
                reference,
                margin,
                seed: parameters.seed,
              });
        const file = await describe(`gguf-${type}`, path);
        files.push({ type, file, gate });
        progress.say(
          `${type}: ${(file.sizeBytes / 1e6).toFixed(1)} MB${gate === null ? '' : `, ${gate.outcome}`}`,
        );
      }
      const { picked, explanation } = pickQuantization(
        files.map(({ type, file, gate }) => ({ type, sizeBytes: file.sizeBytes, gate })),
      );
      progress.say(explanation);
      const adapter = made.adapter === null ? null : await describe('adapter-gguf', made.adapter);
      return {
        result: {
          adapter,
          files,
          skipped: [...made.skipped],
          picked,
          explanation,
          metric: metric.name,
          rows: examples.length,
        },
        outputs: [...(adapter === null ? [] : [adapter]), ...files.map(({ file }) => file)],
      };
    },
  };
}
