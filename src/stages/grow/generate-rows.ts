import { PaidWork } from './at-once.ts';
import type { GenerateOptions } from './generate-options.ts';
import { writeInputs } from './inputs/write-inputs.ts';
import { judgeRows } from './labels/judge-rows.ts';
import { settleTargets } from './labels/settle-targets.ts';
import type { Made, MadeRow, SetAsideMade } from './made-row.ts';

/** Requests for inputs that go through all filters together; what they leave is settled before the next ones. */
const requestsPerRound = 8;

/**
 * Makes rows: asks for inputs, leaves out what is known or like a test row, takes as target what several answers
 * agree on, and lets another model check it. Ends early, with what it has, where the budget is reached.
 * @throws UpstreamError where the teacher is out of order | InterruptedError; what was paid for is in the journal
 */
export async function generateRows(options: GenerateOptions): Promise<Made> {
  const rows: MadeRow[] = [];
  const setAside: SetAsideMade[] = [];
  const work = new PaidWork(options.config.concurrency);
  let inputs = 0;
  let budgetReached = false;
  for (let from = 0; from < options.requests.length && !budgetReached; from += requestsPerRound) {
    const round = options.requests.slice(from, from + requestsPerRound);
    const written = await writeInputs(options, work, round, setAside);
    inputs += written.inputs;
    const fresh = written.candidates;
    const settled = await settleTargets(options, work, fresh, setAside);
    rows.push(...(await judgeRows(options, work, settled, setAside)));
    budgetReached = setAside.some(({ code }) => code === 'budget-reached');
    options.onProgress(Math.min(from + requestsPerRound, options.requests.length), rows.length);
  }
  return { rows, setAside, inputs, budgetReached };
}
