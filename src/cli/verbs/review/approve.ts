import { ConfigError } from '../../../core/errors/index.ts';
import { approvalScreen, testRowsScreen } from '../../render/screens/review/approval.ts';
import type { Verb } from '../../verb.ts';

interface Options {
  readonly by?: string;
  readonly note?: string;
  readonly revoke?: boolean;
  readonly show?: boolean;
  readonly rows: number;
  readonly from: number;
}

/** `stepdown data approve`: a person signs the test set off, looks at it first, or takes the approval back. */
export const approveData: Verb<Options> = async (context, { by, note, revoke, show, rows, from }) => {
  if (show && (by !== undefined || revoke))
    throw new ConfigError(
      'approval-unseen',
      '--show only shows; it cannot approve or revoke in the same command',
      'Look at the rows first, then run `stepdown data approve --by "Your Name"`.',
    );
  if ((revoke || note !== undefined) && by === undefined)
    throw new ConfigError(
      'name-missing',
      'An approval carries the name of a person',
      'Add --by "Your Name".',
    );
  const signed = by === undefined ? null : { by: named(by), note: note ?? null };
  const app = await context.openApp();
  if (signed === null) {
    const view = await app.showApproval({ rows: show ? rows : 0, from });
    return {
      json: view,
      text: screen => (show ? testRowsScreen(screen, view) : approvalScreen(screen, view)),
    };
  }
  const view = await (revoke ? app.revokeApproval(signed) : app.approveTestSet(signed));
  return { json: view, text: screen => approvalScreen(screen, view) };
};

function named(by: string): string {
  const name = by.replace(/\s+/gu, ' ').trim();
  if (name !== '') return name;
  throw new ConfigError('name-missing', 'The name after --by is empty', 'Give it: --by "Your Name".');
}
