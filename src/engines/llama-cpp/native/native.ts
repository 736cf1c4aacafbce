import koffi, { type TypeObject } from 'koffi';
import type { LibraryFiles } from './library-files.ts';

/** Address of a C object; 0n is NULL. */
export type Pointer = bigint;

const pointer = 'void *';

/** `struct llama_model_params`. @see include/llama.h of the release named in library-files.ts */
const modelParameters = koffi.struct('llama_model_params', {
  devices: pointer,
  tensor_buft_overrides: pointer,
  n_gpu_layers: 'int32_t',
  split_mode: 'int32_t',
  load_mode: 'int32_t',
  lazy_mode: 'int32_t',
  main_gpu: 'int32_t',
  tensor_split: pointer,
  progress_callback: pointer,
  progress_callback_user_data: pointer,
  kv_overrides: pointer,
  vocab_only: 'bool',
  check_tensors: 'bool',
  use_extra_bufts: 'bool',
  no_host: 'bool',
  no_alloc: 'bool',
  load_mtp: 'bool',
});

/** `struct llama_context_params`. */
const contextParameters = koffi.struct('llama_context_params', {
  n_ctx: 'uint32_t',
  n_batch: 'uint32_t',
  n_ubatch: 'uint32_t',
  n_seq_max: 'uint32_t',
  n_rs_seq: 'uint32_t',
  n_outputs_max: 'uint32_t',
  n_outputs_max_per_seq: 'uint32_t',
  n_threads: 'int32_t',
  n_threads_batch: 'int32_t',
  ctx_type: 'int32_t',
  rope_scaling_type: 'int32_t',
  pooling_type: 'int32_t',
  attention_type: 'int32_t',
  flash_attn_type: 'int32_t',
  rope_freq_base: 'float',
  rope_freq_scale: 'float',
  yarn_ext_factor: 'float',
  yarn_attn_factor: 'float',
  yarn_beta_fast: 'float',
  yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32_t',
  defrag_thold: 'float',
  cb_eval: pointer,
  cb_eval_user_data: pointer,
  type_k: 'int32_t',
  type_v: 'int32_t',
  abort_callback: pointer,
  abort_callback_data: pointer,
  embeddings: 'bool',
  offload_kqv: 'bool',
  no_perf: 'bool',
  op_offload: 'bool',
  swa_full: 'bool',
  kv_unified: 'bool',
  samplers: pointer,
  n_samplers: 'size_t',
  ctx_other: pointer,
});

/** Fields of `struct llama_model_quantize_params`, as data: the quantizer's child process makes the same struct. */
export const quantizeFields = {
  nthread: 'int32_t',
  ftype: 'int32_t',
  output_tensor_type: 'int32_t',
  token_embedding_type: 'int32_t',
  allow_requantize: 'bool',
  quantize_output_tensor: 'bool',
  only_copy: 'bool',
  pure: 'bool',
  keep_split: 'bool',
  dry_run: 'bool',
  imatrix: pointer,
  kv_overrides: pointer,
  tt_overrides: pointer,
  prune_layers: pointer,
  max_buf_size: 'size_t',
};
const quantizeParameters = koffi.struct('llama_model_quantize_params', quantizeFields);

/** `struct ggml_threadpool_params`. @see ggml/include/ggml.h */
const threadPoolParameters = koffi.struct('ggml_threadpool_params', {
  cpumask: koffi.array('bool', 512),
  n_threads: 'int',
  prio: 'int',
  poll: 'uint32_t',
  strict_cpu: 'bool',
  paused: 'bool',
});
const newThreadPool = koffi.proto('newThreadPool', pointer, [
  koffi.inout(koffi.pointer(threadPoolParameters)),
]);
const freeThreadPool = koffi.proto('freeThreadPool', 'void', [pointer]);

/** `struct llama_batch`; its arrays live in memory that `DecodeBatch` owns. */
const batch = koffi.struct('llama_batch', {
  n_tokens: 'int32_t',
  token: pointer,
  embd: pointer,
  pos: pointer,
  n_seq_id: pointer,
  seq_id: pointer,
  logits: pointer,
});

const tokenData = koffi.struct('llama_token_data', { id: 'int32_t', logit: 'float', p: 'float' });
const tokenDataArray = koffi.struct('llama_token_data_array', {
  data: pointer,
  size: 'size_t',
  selected: 'int64_t',
  sorted: 'bool',
});

/** Bytes of one `llama_token_data`: id, logit, p. */
export const tokenDataBytes = koffi.sizeof(tokenData);

/** Loads the three libraries, in order, and binds the functions used here. Nothing is checked yet. */
export function bindLibrary(files: LibraryFiles) {
  // Native code decodes and tokenises on these stacks when called asynchronously; koffi's 128 KiB is too little.
  koffi.config({ async_stack_size: 8 << 20, async_heap_size: 256 << 10, resident_async_pools: 2 });
  const base = koffi.load(files.ggmlBase, { global: true });
  const ggml = koffi.load(files.ggml, { global: true });
  const llama = koffi.load(files.llama);
  type Type = TypeObject | string | ReturnType<typeof koffi.inout>;
  const load = (name: string, result: TypeObject | string, ...parameters: Type[]) =>
    llama.func(name, result, parameters);
  return {
    setGgmlLog: base.func('ggml_log_set', 'void', [pointer, pointer]),
    threadPoolDefaults: base.func('ggml_threadpool_params_default', threadPoolParameters, ['int']),
    deviceOfType: ggml.func('ggml_backend_dev_by_type', pointer, ['int']),
    backendOfDevice: base.func('ggml_backend_dev_backend_reg', pointer, [pointer]),
    backendFunction: base.func('ggml_backend_reg_get_proc_address', pointer, [pointer, 'str']),
    loadBackends: ggml.func('ggml_backend_load_all_from_path', 'void', ['str']),
    /** A function without effects: takes the place of a log callback, which native threads may call any time. */
    silence: llama.symbol('llama_max_devices'),
    setLog: load('llama_log_set', 'void', pointer, pointer),
    version: load('llama_version', 'str'),
    systemInfo: load('llama_print_system_info', 'str'),
    supportsGpu: load('llama_supports_gpu_offload', 'bool'),
    backendInit: load('llama_backend_init', 'void'),
    modelDefaults: load('llama_model_default_params', modelParameters),
    contextDefaults: load('llama_context_default_params', contextParameters),
    quantizeDefaults: load('llama_model_quantize_default_params', quantizeParameters),
    maxSequences: load('llama_max_parallel_sequences', 'size_t'),
    loadModel: load('llama_model_load_from_file', pointer, 'str', modelParameters),
    freeModel: load('llama_model_free', 'void', pointer),
    modelSize: load('llama_model_size', 'uint64_t', pointer),
    trainedContext: load('llama_model_n_ctx_train', 'int32_t', pointer),
    isRecurrent: load('llama_model_is_recurrent', 'bool', pointer),
    isHybrid: load('llama_model_is_hybrid', 'bool', pointer),
    hasEncoder: load('llama_model_has_encoder', 'bool', pointer),
    vocabulary: load('llama_model_get_vocab', pointer, pointer),
    vocabularySize: load('llama_vocab_n_tokens', 'int32_t', pointer),
    isEndOfGeneration: load('llama_vocab_is_eog', 'bool', pointer, 'int32_t'),
    tokenize: load(
      'llama_tokenize',
      'int32_t',
      pointer,
      pointer,
      'int32_t',
      pointer,
      'int32_t',
      'bool',
      'bool',
    ),
    tokenToPiece: load(
      'llama_token_to_piece',
      'int32_t',
      pointer,
      'int32_t',
      pointer,
      'int32_t',
      'int32_t',
      'bool',
    ),
    loadAdapter: load('llama_adapter_lora_init', pointer, pointer, 'str'),
    setAdapters: load('llama_set_adapters_lora', 'int32_t', pointer, pointer, 'size_t', pointer),
    createContext: load('llama_init_from_model', pointer, pointer, contextParameters),
    freeContext: load('llama_free', 'void', pointer),
    memory: load('llama_get_memory', pointer, pointer),
    removeCells: load('llama_memory_seq_rm', 'bool', pointer, 'int32_t', 'int32_t', 'int32_t'),
    copyCells: load('llama_memory_seq_cp', 'void', pointer, 'int32_t', 'int32_t', 'int32_t', 'int32_t'),
    attachThreadPool: load('llama_attach_threadpool', 'void', pointer, pointer, pointer),
    decode: load('llama_decode', 'int32_t', pointer, batch),
    logits: load('llama_get_logits_ith', pointer, pointer, 'int32_t'),
    createGrammar: load('llama_sampler_init_grammar', pointer, pointer, 'str', 'str'),
    applyGrammar: load('llama_sampler_apply', 'void', pointer, koffi.inout(koffi.pointer(tokenDataArray))),
    acceptToken: load('llama_sampler_accept', 'void', pointer, 'int32_t'),
    freeGrammar: load('llama_sampler_free', 'void', pointer),
  };
}

/** The C functions in use. */
export type Native = ReturnType<typeof bindLibrary>;

/** Functions of the CPU backend, whose library llama.cpp chooses by the processor; null in a build without them. */
export function threadPoolFunctions(native: Native): {
  readonly create: (parameters: object) => Pointer | null;
  readonly free: (pool: Pointer) => void;
} | null {
  const device = native.deviceOfType(0) as Pointer | null;
  if (!device) return null;
  const backend = native.backendOfDevice(device);
  const create = native.backendFunction(backend, 'ggml_threadpool_new') as Pointer | null;
  const free = native.backendFunction(backend, 'ggml_threadpool_free') as Pointer | null;
  if (!create || !free) return null;
  return { create: koffi.decode(create, newThreadPool), free: koffi.decode(free, freeThreadPool) };
}

/** Calls a C function on a worker thread, so that the event loop stays free. */
export function callAsync<Result>(
  fn: { async: (...parameters: unknown[]) => unknown },
  ...parameters: unknown[]
): Promise<Result> {
  return new Promise((resolve, reject) => {
    fn.async(...parameters, (error: unknown, result: Result) => {
      if (error) reject(error as Error);
      else resolve(result);
    });
  });
}
