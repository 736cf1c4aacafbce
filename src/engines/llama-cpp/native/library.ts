import { PrerequisiteError } from '../../../core/errors/index.ts';
import { findLibraryFiles, type LibraryVariant, llamaCppRelease } from './library-files.ts';
import { bindLibrary, type Native } from './native.ts';

let loaded: { readonly variant: LibraryVariant; readonly native: Native } | null = null;

/**
 * The llama.cpp library of this process: loaded once, checked, silent.
 * @throws PrerequisiteError `llama-library-missing` | `llama-library-mismatch` | `llama-library-variant`
 */
export function openLibrary(variant: LibraryVariant = 'cpu'): Native {
  if (loaded !== null) {
    // A GPU build also computes on the CPU; the reverse cannot be mended in one process.
    if (variant === 'gpu' && loaded.variant === 'cpu' && !loaded.native.supportsGpu())
      throw new PrerequisiteError(
        'llama-library-variant',
        'The CPU build of llama.cpp is already loaded in this process, and a GPU was asked for',
        'Set the same `gpuLayers` for every local model of one process.',
      );
    return loaded.native;
  }
  const files = findLibraryFiles(variant);
  if (files.release !== null) checkRelease(files.release);
  const native = bindLibrary(files);
  checkLayout(native);
  native.setGgmlLog(native.silence, null);
  native.setLog(native.silence, null);
  native.loadBackends(files.directory);
  native.backendInit();
  loaded = { variant, native };
  return native;
}

function checkRelease(found: string): void {
  if (found !== llamaCppRelease) throw mismatch(`it is release ${found}`);
}

/**
 * Compares what the library itself returns as defaults with what the header of our release says. A field that
 * was added, removed or moved shifts at least one of these values, and nothing has been written through yet.
 * @throws PrerequisiteError `llama-library-mismatch`
 */
export function checkLayout(
  native: Pick<Native, 'modelDefaults' | 'contextDefaults' | 'quantizeDefaults' | 'threadPoolDefaults'>,
): void {
  const expected = {
    model: [native.modelDefaults(), { n_gpu_layers: -1, split_mode: 1, load_mode: -1, lazy_mode: 1 }],
    'model flags': [native.modelDefaults(), { use_extra_bufts: true, vocab_only: false, no_alloc: false }],
    context: [
      native.contextDefaults(),
      { n_ctx: 512, n_batch: 2048, n_ubatch: 512, n_seq_max: 1, n_rs_seq: 0 },
    ],
    'context enums': [
      native.contextDefaults(),
      { n_outputs_max_per_seq: 1, rope_scaling_type: -1, pooling_type: -1, flash_attn_type: -1 },
    ],
    'context tail': [
      native.contextDefaults(),
      { yarn_ext_factor: -1, defrag_thold: -1, type_k: 1, type_v: 1, op_offload: true, swa_full: true },
    ],
    quantize: [
      native.quantizeDefaults(),
      {
        nthread: 0,
        ftype: 7,
        output_tensor_type: 43,
        token_embedding_type: 43,
        quantize_output_tensor: true,
      },
    ],
    'thread pool': [
      native.threadPoolDefaults(2),
      { n_threads: 2, prio: 0, poll: 50, strict_cpu: false, paused: false },
    ],
    'quantize tail': [native.quantizeDefaults(), { allow_requantize: false, pure: false, dry_run: false }],
  } as Record<string, [Record<string, unknown>, Record<string, unknown>]>;
  for (const [part, [actual, wanted]] of Object.entries(expected))
    for (const [field, value] of Object.entries(wanted))
      if (actual[field] !== value)
        throw mismatch(
          `its default for ${part}.${field} is ${String(actual[field])}, expected ${String(value)}`,
        );
}

function mismatch(why: string): PrerequisiteError {
  return new PrerequisiteError(
    'llama-library-mismatch',
    `The installed llama.cpp library does not match release ${llamaCppRelease}, which stepdown speaks: ${why}`,
    'Install the exact dependencies of stepdown again: `npm ci`.',
  );
}
