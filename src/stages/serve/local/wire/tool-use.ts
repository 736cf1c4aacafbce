type Body = Readonly<Record<string, unknown>>;

/**
 * Whether a request lets the model call tools, or goes on after a call. A specialist has learnt neither: it would answer
 * the last user message in words, again and again in the loop of an agent that waits for a call.
 */
export function usesTools({
  tools,
  functions,
  tool_choice: choice,
  function_call: call,
  messages,
}: Body): boolean {
  const offered = (list: unknown, asked: unknown) =>
    Array.isArray(list) && list.length > 0 && asked !== 'none';
  if (offered(tools, choice) || offered(functions, call)) return true;
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : null;
  const { role } = Object(last) as { role?: unknown };
  return role === 'tool' || role === 'function';
}
