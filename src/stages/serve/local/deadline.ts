/** A signal that aborts with its parent, or when the time is over. `clear` must be called. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time ran out; false where only the parent aborted. */
  passed(): boolean;
  clear(): void;
}

/** @param milliseconds from now */
export function deadline(parent: AbortSignal | null, milliseconds: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  const timer = setTimeout(() => {
    passed = true;
    controller.abort(new Error(`The local answer took more than ${milliseconds} ms`));
  }, milliseconds);
  timer.unref();
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    clear() {
      clearTimeout(timer);
      parent?.removeEventListener('abort', follow);
    },
  };
}
