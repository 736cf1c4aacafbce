/**
 * Work that is done once for each call, one after the other, whether the one before succeeds or fails: of two readings
 * of a file at once, the older could otherwise end last and count.
 */
export function oneAtATime<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve();
  return () => {
    const next = running.then(work, work);
    running = next;
    return next;
  };
}
