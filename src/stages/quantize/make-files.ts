import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError, StepdownError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import { type QuantizationType, type Quantizer, quantizationTypes } from '../../core/quantizer.ts';
import type { Trainer, WorkOptions } from '../../core/trainer.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import type { QuantizeParameters } from './schema.ts';

/** Files of one specialist, absolute paths. */
export interface MadeFiles {
  readonly adapter: string | null;
  readonly models: readonly { readonly type: QuantizationType; readonly path: string }[];
  readonly skipped: readonly { readonly type: QuantizationType; readonly reason: string }[];
}

/**
 * Adapter, merged F16 model and its quantisations. What lies there from an interrupted run on the same weights and
 * template is kept: each file is written whole or not at all.
 */
export async function makeFiles(
  parameters: QuantizeParameters,
  directory: string,
  tools: { readonly trainer: Pick<Trainer, 'convert'>; readonly quantizer: Quantizer },
  work: WorkOptions,
): Promise<MadeFiles> {
  const { hfDir: baseDir, adapterDir, baseGguf, chatTemplate, threads } = parameters;
  await startOver(directory, hashJson([(await hashPath(adapterDir)).sha256, baseGguf, chatTemplate]));

  const adapter = parameters.method === 'full' ? null : join(directory, 'adapter.gguf');
  if (adapter !== null && !(await exists(adapter))) {
    work.onStatus?.('Converting the adapter to GGUF');
    await tools.trainer.convert(
      { kind: 'adapter-to-gguf', baseDir, adapterDir, baseGguf, outputFile: adapter },
      work,
    );
  }
  const merged = join(directory, 'model-F16.gguf');
  if (!(await exists(merged))) {
    work.onStatus?.('Merging the adapter into the base');
    await tools.trainer.convert(
      { kind: 'merge-to-gguf', baseDir, adapterDir, baseGguf, chatTemplate, outputFile: merged },
      work,
    );
  }
  const models: { type: QuantizationType; path: string }[] = [{ type: 'F16', path: merged }];
  const skipped: { type: QuantizationType; reason: string }[] = [];
  for (const type of quantizationTypes) {
    if (type === 'F16' || !parameters.config.types.includes(type)) continue;
    throwIfStopped(work.signal);
    const path = join(directory, `model-${type}.gguf`);
    try {
      if (!(await exists(path))) {
        work.onStatus?.(`Quantising to ${type}`);
        await tools.quantizer.quantize({ inputFile: merged, outputFile: path, type, threads });
      }
      models.push({ type, path });
    } catch (error) {
      // Some shapes cannot be cut into the blocks of some types; the other types are still worth having.
      if (!(error instanceof StepdownError) || error.code !== 'quantize-failed') throw error;
      skipped.push({ type, reason: error.message });
    }
  }
  return { adapter, models, skipped };
}

/** Empties the folder when it holds files of other weights or with another template. */
async function startOver(directory: string, source: string): Promise<void> {
  const marker = join(directory, 'source.sha256');
  const found = await readFile(marker, 'utf8').catch(() => null);
  if (found === source) return;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFileAtomic(marker, source);
}

/** @throws InterruptedError `interrupted` */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new InterruptedError(
      'interrupted',
      'Stopped while quantising',
      'Run the same command again: files that are whole are kept.',
    );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
