import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Labels of the rows; an input holds its own. */
export const labels = ['Leaking', 'Noise', 'Overheating'];

interface Asked {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly seed: number;
  readonly logprobs?: boolean;
}

/** A large model that can be made to keep its answers to itself. */
export class Teacher {
  /** Bodies in the order they came, and those whose answer was sent. */
  readonly received: string[] = [];
  readonly answered: string[] = [];
  /** Answers given before the others are held back. */
  answersLeft = Number.POSITIVE_INFINITY;
  onHeld: () => void = () => {};
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', chunk => chunks.push(chunk));
      request.on('end', () => this.#answer(Buffer.concat(chunks).toString('utf8'), response));
      response.on('error', () => {});
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(text: string, response: ServerResponse): void {
    this.received.push(text);
    if (this.answersLeft <= 0) {
      this.onHeld();
      return;
    }
    this.answersLeft -= 1;
    const asked = JSON.parse(text) as Asked;
    const content = contentFor(asked);
    const logprobs = asked.logprobs
      ? { content: [{ token: content, logprob: -0.05, top_logprobs: [{ token: 'Noise', logprob: -3 }] }] }
      : null;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop', logprobs }],
        usage: { prompt_tokens: 100, completion_tokens: 10 },
      }),
    );
    this.answered.push(text);
  }
}

/** New inputs where some are asked for, a verdict of the judge, else the label that stands in the input. */
function contentFor({ model, messages, seed }: Asked): string {
  const last = messages.at(-1)!.content;
  if (model === 'judge-model') return '{"right": true, "reason": "clear"}';
  if (last.includes('"inputs"')) {
    const label = /the label "(\w+)"/u.exec(last)?.[1] ?? labels[seed % 3]!;
    const word = (at: number) =>
      ['amber', 'birch', 'cobalt', 'dune', 'ember', 'fjord', 'grove', 'harbour'][at % 8]!;
    const inputs = [0, 1].map(
      at => `${word(seed)} unit ${word(seed + at + 3)} shows ${label} at the ${word(seed * 3 + at)} side`,
    );
    return JSON.stringify({ inputs });
  }
  return labels.find(label => last.includes(label)) ?? 'Noise';
}
