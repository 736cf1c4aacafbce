import type { ChatTemplate } from '../../core/chat-model.ts';
import { LocalModel } from './local-model.ts';

/**
 * Program of a process of its own: opens the GGUF file named by its argument, reads a short text and prints by
 * how many bytes its resident memory has grown. A fresh process, because memory that was freed is not given back.
 */
const [modelPath = '', contextTokens = '512'] = process.argv.slice(2);
const template: ChatTemplate = {
  hash: 'plain',
  endOfTurn: '',
  stop: [],
  render: ([message]) => message?.content ?? '',
};

const before = process.memoryUsage().rss;
const model = await LocalModel.open({
  kind: 'local',
  id: 'memory-probe',
  modelPath,
  adapters: [],
  template,
  contextTokens: Number(contextTokens),
  sequences: 1,
  threads: 1,
  gpuLayers: 0,
});
await model.nextLogprobs('A short text is enough to touch every weight once.', [0]);
process.stdout.write(String(process.memoryUsage().rss - before));
await model.close();
