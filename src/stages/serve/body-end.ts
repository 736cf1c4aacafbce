import type { ServeAnswer } from './answerer.ts';

/** How a body ended: `whole`, `left` by the client, or `broken` on our side. */
export type BodyEnd = 'whole' | 'left' | 'broken';

/** The answer, with word of how its body ended; a body in memory has ended. */
export function tellBodyEnd(
  answer: ServeAnswer,
  signal: AbortSignal,
  tell: (end: BodyEnd) => void,
): ServeAnswer {
  if (Buffer.isBuffer(answer.body)) {
    tell('whole');
    return answer;
  }
  let told = false;
  const once = (end: BodyEnd) => {
    if (!told) tell(end);
    told = true;
  };
  // A body that is never read to its end has ended too.
  signal.addEventListener('abort', () => once('left'), { once: true });
  return { ...answer, body: watched(answer.body, once) };
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  tell: (end: BodyEnd) => void,
): AsyncGenerator<Uint8Array> {
  let end: BodyEnd = 'left';
  try {
    yield* body;
    end = 'whole';
  } catch (error) {
    end = 'broken';
    throw error;
  } finally {
    tell(end);
  }
}
