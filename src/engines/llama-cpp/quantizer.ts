import { spawn } from 'node:child_process';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { DataError, PrerequisiteError } from '../../core/errors/index.ts';
import type { QuantizationType, QuantizeRequest, Quantizer } from '../../core/quantizer.ts';
import { diskFull } from '../../files/atomic-file.ts';
import { openLibrary } from './native/library.ts';
import { findLibraryFiles, type LibraryVariant } from './native/library-files.ts';
import { quantizeFields } from './native/native.ts';
import { type QuantizeJob, runQuantizeJob } from './quantize-child.ts';

/** `enum llama_ftype` of include/llama.h. */
const fileTypes: Record<QuantizationType, number> = {
  F16: 1,
  Q8_0: 7,
  Q6_K: 18,
  Q5_K_M: 17,
  Q4_K_M: 15,
  Q4_0: 2,
};

/** Last part of the child's output that is kept, in characters. */
const keptOutput = 64 << 10;

export interface QuantizeResult {
  readonly sizeBytes: number;
  readonly seconds: number;
  /** Tensors whose rows do not divide into the type's blocks and that llama.cpp stored in a larger type. */
  readonly fallbackTensors: number;
}

export interface QuantizerOptions {
  /** Build of the library that `check` loads; default the CPU build. */
  readonly variant?: () => Promise<LibraryVariant>;
  /** Checks a GGUF file's header before native code sees it. @throws DataError `gguf-invalid` */
  readonly validate: (path: string) => Promise<unknown>;
}

/**
 * Quantises with llama.cpp's own `llama_model_quantize`, in a child process: native code that aborts on a
 * hostile file takes down only that, and the event loop stays free.
 */
export class LlamaCppQuantizer implements Quantizer {
  readonly #options: QuantizerOptions;

  constructor(options: QuantizerOptions) {
    this.#options = options;
  }

  /** @throws PrerequisiteError `llama-library-missing` | `llama-library-mismatch` */
  async check(): Promise<{ readonly libraryVersion: string }> {
    return { libraryVersion: openLibrary((await this.#options.variant?.()) ?? 'cpu').version() as string };
  }

  /** @throws DataError `gguf-invalid` | PrerequisiteError `disk-full` | `quantize-failed` */
  async quantize(request: QuantizeRequest): Promise<QuantizeResult> {
    const { inputFile, outputFile, type, threads } = request;
    await this.#options.validate(inputFile);
    await this.check();
    const files = findLibraryFiles();
    const started = performance.now();
    const part = `${outputFile}.${process.pid}.part`;
    try {
      await mkdir(dirname(outputFile), { recursive: true });
      const output = await runChild({
        koffi: createRequire(import.meta.url).resolve('koffi'),
        libraries: files,
        backends: files.directory,
        fields: quantizeFields,
        inputFile,
        outputFile: part,
        fileType: fileTypes[type],
        threads: threads ?? 0,
      });
      await syncFile(part);
      await rename(part, outputFile);
      return {
        sizeBytes: (await stat(outputFile)).size,
        seconds: (performance.now() - started) / 1000,
        fallbackTensors: Number(/(\d+) of \d+ tensor\(s\) required fallback/.exec(output)?.[1] ?? 0),
      };
    } catch (error) {
      throw diskFull(error, outputFile) ?? error;
    } finally {
      await rm(part, { force: true });
    }
  }
}

/** Runs the job; gives what llama.cpp logged. */
function runChild(job: QuantizeJob): Promise<string> {
  const program = `(${runQuantizeJob.toString()})(JSON.parse(process.argv[1]), require)`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--eval', program, '--', JSON.stringify(job)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(childError(job, output, signal));
    });
  });
}

/** @see src/llama-quant.cpp for the messages */
function childError(job: QuantizeJob, output: string, signal: NodeJS.Signals | null): Error {
  const said = output.trim().split('\n').slice(-3).join(' ').slice(0, 400);
  // llama.cpp writes through a C++ stream, whose error does not say why: for an output file it is a full disk.
  if (/No space left|Disk quota|iostream error/i.test(output))
    return diskFull(Object.assign(new Error(said), { code: 'ENOSPC' }), job.outputFile)!;
  if (/failed to load model|failed to read|invalid magic|tensor .* (is not within|out of)/i.test(output))
    return new DataError(
      'gguf-invalid',
      `${job.inputFile} cannot be read as a GGUF model: ${said}`,
      'Make the file again, or fetch it again with `stepdown models pull`.',
    );
  return new PrerequisiteError(
    'quantize-failed',
    `llama.cpp could not quantise ${job.inputFile}${signal === null ? '' : ` (ended by ${signal})`}: ${said}`,
    'Check that memory and disk suffice for a copy of the model, and run the same command again.',
    { details: { signal } },
  );
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
