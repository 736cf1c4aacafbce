import { resolve } from 'node:path';
import { ConfigError } from '../../../core/errors/index.ts';
import { exitCodes } from '../../../core/errors/stepdown-error.ts';
import { countText } from '../../render/numbers.ts';
import { decisionsScreen, queueScreen } from '../../render/screens/review/flagged.ts';
import { type OverrideOptions, overridesOf, type Verb } from '../../verb.ts';
import { judgeOptions } from '../data/data-audit.ts';
import { readDecisions } from './decisions-file.ts';
import { reviewLoop } from './review-loop.ts';

interface Options extends Pick<OverrideOptions, 'threads'> {
  readonly by?: string;
  readonly audit?: string;
  readonly decisions?: string;
  readonly list?: boolean;
  readonly undo?: string;
  readonly with?: 'specialist';
  readonly specialist?: string;
}

const next = 'Next: stepdown data import';

/** `stepdown data review`: goes through flagged rows with a person, or takes their decisions from a file. */
export const reviewData: Verb<Options> = async (context, options) => {
  const { by, audit, decisions, list, undo, ...judge } = options;
  const name = by?.replace(/\s+/gu, ' ').trim();
  const signed = (): string => {
    if (name) return name;
    throw new ConfigError('name-missing', 'A decision carries the name of a person', 'Add --by "Your Name".');
  };
  if (undo !== undefined || decisions !== undefined) signed();
  const app = await context.openApp(overridesOf(options));
  if (list) {
    const all = await app.listDecisions();
    return { json: all, text: screen => decisionsScreen(screen, all) };
  }
  if (undo !== undefined) {
    const decision = await app.undoDecision(undo, { by: signed(), note: null });
    return { json: { undone: decision }, text: () => `Taken back: ${decision.action} ${undo}\n${next}` };
  }
  const queue = await app.flaggedRows({
    ...(audit === undefined ? {} : { auditFile: resolve(context.currentDir, audit) }),
    ...judgeOptions(context, judge),
  });
  if (decisions !== undefined) {
    const batch = await readDecisions(resolve(context.currentDir, decisions), queue);
    const recorded = await app.recordDecisions(signed(), batch.decisions);
    const said = batch.rejected.map(({ line, reason }) => `  line ${line}: ${reason}`);
    return {
      json: { recorded, rejected: batch.rejected },
      text: () =>
        [`${countText(recorded.length, 'decision')} recorded, ${said.length} refused`, ...said, next].join(
          '\n',
        ),
      exitCode: said.length === 0 ? 0 : exitCodes.data,
    };
  }
  const terminal = context.terminal();
  if (terminal === null || queue.open.length === 0)
    return { json: queue, text: screen => queueScreen(screen, queue) };
  const author = signed();
  const made = await reviewLoop(terminal, terminal.screen, queue, {
    record: async decision => (await app.recordDecisions(author, [decision]))[0]!.id,
    undo: async id => void (await app.undoDecision(id, { by: author, note: null })),
  });
  return { json: { made }, text: () => `${countText(made, 'decision')} recorded\n${next}` };
};
