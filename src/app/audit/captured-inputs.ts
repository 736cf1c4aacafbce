import { existsSync } from 'node:fs';
import { ConfigError } from '../../core/errors/index.ts';
import { inputText, type Message } from '../../core/example.ts';
import type { AuditSource } from '../../stages/audit/index.ts';
import { textKey } from '../../stages/data/rows/row.ts';
import { withCaptures } from '../captures/open-store.ts';
import type { Workspace } from '../workspace.ts';

/** Captured inputs that are taken, at most: the newest. */
const mostInputs = 20_000;

/**
 * What users sent to the gateway of the workspace, newest first; a row's id is that of its capture.
 * @param alias only requests to it; to any where null
 * @throws ConfigError `captures-missing` | `config-missing`
 */
export async function capturedInputs(
  workspace: Workspace,
  alias: string | null,
  ignoreCase: boolean,
): Promise<AuditSource> {
  const found: { readonly id: string; readonly text: string }[] = [];
  // Looking must not make a store where there is none.
  if (existsSync(workspace.inside('captures')))
    await withCaptures(workspace, async store => {
      for await (const { capture } of store.all(alias === null ? {} : { alias })) {
        workspace.options.signal.throwIfAborted();
        const text = capture.status === 200 ? inputOf(capture.messages ?? []) : '';
        if (text !== '') found.push({ id: capture.id, text });
        if (found.length === mostInputs) break;
      }
    });
  if (found.length === 0)
    throw new ConfigError(
      'captures-missing',
      `This workspace has no captured inputs${alias === null ? '' : ` of "${alias}"`}`,
      'Record some with `stepdown serve` (capture content must not be none), or name a file with --traffic FILE.',
    );
  return {
    file: alias === null ? 'captures' : `captures of ${alias}`,
    split: null,
    async *read() {
      for (const [index, { id, text }] of found.entries()) {
        const messages = [{ role: 'user', content: text }] as const;
        yield { line: index + 1, id, key: textKey(messages, ignoreCase), messages, text, target: '' };
      }
    },
  };
}

/** What the user wrote: an instruction of the system would make all inputs alike. */
function inputOf(messages: readonly Message[]): string {
  return inputText({ messages: messages.filter(({ role }) => role === 'user') }).trim();
}
