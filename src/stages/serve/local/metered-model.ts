import type { ChatModel, Usage } from '../../../core/chat-model.ts';

/** The same model, which tells what each answer took. Streams are passed on untold. */
export function meteredModel(model: ChatModel, tell: (usage: Usage) => void): ChatModel {
  const told = <Answer extends { readonly usage: Usage }>(answer: Answer): Answer => {
    tell(answer.usage);
    return answer;
  };
  return {
    info: model.info,
    generate: async request => told(await model.generate(request)),
    score: async request => told(await model.score(request)),
    stream: request => model.stream(request),
    close: () => model.close(),
  };
}
