/** What the child process needs to know: plain data. */
export interface QuantizeJob {
  /** Path from which koffi is loaded. */
  readonly koffi: string;
  readonly libraries: { readonly ggmlBase: string; readonly ggml: string; readonly llama: string };
  readonly backends: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly inputFile: string;
  readonly outputFile: string;
  /** `enum llama_ftype`. */
  readonly fileType: number;
  /** 0: all cores. */
  readonly threads: number;
}

/**
 * The program of the child process: `runQuantizeJob.toString()` is handed to `node --eval`, so that it runs
 * alike from source and from the build. It may therefore use nothing but its arguments.
 */
export function runQuantizeJob(job: QuantizeJob, require: NodeJS.Require): void {
  const koffi = require(job.koffi) as typeof import('koffi');
  koffi.config({ sync_stack_size: 16 * 1024 * 1024 });
  koffi.load(job.libraries.ggmlBase, { global: true });
  const ggml = koffi.load(job.libraries.ggml, { global: true });
  const llama = koffi.load(job.libraries.llama);
  const parameters = koffi.struct('llama_model_quantize_params', job.fields as Record<string, string>);
  ggml.func('ggml_backend_load_all_from_path', 'void', ['str'])(job.backends);
  llama.func('llama_backend_init', 'void', [])();
  const defaults = llama.func('llama_model_quantize_default_params', parameters, [])() as object;
  const quantize = llama.func('llama_model_quantize', 'uint32_t', ['str', 'str', koffi.pointer(parameters)]);
  const settings = { ...defaults, nthread: job.threads, ftype: job.fileType, allow_requantize: true };
  process.exitCode = quantize(job.inputFile, job.outputFile, settings) === 0 ? 0 : 1;
}
