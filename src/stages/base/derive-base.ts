import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedModel } from '../../core/model-source.ts';
import type { Quantizer } from '../../core/quantizer.ts';
import type { Trainer, WorkOptions } from '../../core/trainer.ts';
import type { BaseResult } from './schema.ts';

/** What turns one form of a model into the other. */
export interface DeriveTools {
  readonly cacheDir: string;
  readonly trainer: Pick<Trainer, 'convert'>;
  readonly quantizer: Quantizer;
  readonly threads: number | null;
}

/**
 * The Hugging Face folder and the F16 GGUF of a model, made once per content under `<cacheDir>/derived/`.
 *
 * A GGUF base is brought to F16 first and the folder is made from that, so that both hold the very same numbers
 * and training and serving cannot differ in them.
 */
export async function deriveBase(
  model: ResolvedModel,
  tools: DeriveTools,
  work: WorkOptions,
): Promise<BaseResult> {
  const directory = join(tools.cacheDir, 'derived', model.sha256);
  const baseGguf = join(directory, 'base-f16.gguf');
  await mkdir(directory, { recursive: true });

  if (model.format === 'safetensors') {
    if (!(await exists(baseGguf))) {
      work.onStatus?.('Converting the base model to GGUF');
      await tools.trainer.convert({ kind: 'hf-to-gguf', modelDir: model.path, outputFile: baseGguf }, work);
    }
    return { model, hfDir: model.path, baseGguf };
  }

  const hfDir = join(directory, 'hf');
  if (!(await exists(baseGguf))) {
    work.onStatus?.('Bringing the base model to F16');
    await tools.quantizer.quantize({
      inputFile: model.path,
      outputFile: baseGguf,
      type: 'F16',
      threads: tools.threads,
    });
  }
  if (!(await exists(join(hfDir, 'config.json')))) {
    work.onStatus?.('Preparing the base model for training');
    await tools.trainer.convert({ kind: 'gguf-to-hf', ggufFile: baseGguf, outputDir: hfDir }, work);
  }
  return { model, hfDir, baseGguf };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
