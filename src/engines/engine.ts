import type { ChatModel, Engine, ModelSpec } from '../core/chat-model.ts';
import { openAiCompatibleModel } from './openai-compatible/remote-model.ts';
import { ScriptedModel } from './scripted.ts';

/** Opens a model by the kind of its spec. Native code is loaded only when a local model is opened. */
export function createEngine(): Engine {
  return {
    async open(spec: ModelSpec): Promise<ChatModel> {
      switch (spec.kind) {
        case 'local':
          return (await import('./llama-cpp/local-model.ts')).LocalModel.open(spec);
        case 'remote':
          return openAiCompatibleModel(spec);
        case 'scripted':
          return new ScriptedModel(spec);
      }
    },
  };
}
