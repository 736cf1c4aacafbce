// How many wrong answers of a canary it takes until it is rolled back, by the share of its own answers that is compared
// with the large model's. After `npm run build`:
//   node bench/canary.mjs [--runs 1000] [--json]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, json: { type: 'boolean', default: false } },
});
const from = path => import(pathToFileURL(join(process.cwd(), 'dist', path)).href);
const { judge } = await from('stages/serve/rollout/judge.js');
const { defaultRolloutRule } = await from('stages/serve/rollout/rollout-rule.js');
const { emptyTallies, withOutcome } = await from('stages/serve/rollout/rollout-state.js');
const { createRandom } = await from('stats/random/random.js');
const { quantile } = await from('stats/quantile.js');

const runs = Number(values.runs);
/** Answers of a run that is never rolled back. */
const mostWrong = 2_000;
const random = createRandom(3);

/** Wrong answers until the rollback, audited ones included. */
function wrongUntilRolledBack(differing, compared) {
  let tallies = emptyTallies();
  let wrong = 0;
  while (wrong < mostWrong) {
    const bad = random.uniform() < differing;
    if (bad) wrong++;
    if (random.uniform() >= compared) continue;
    tallies = withOutcome(tallies, { arm: 'canary', signal: 'disagreement', bad });
    if (judge(tallies, defaultRolloutRule).decision === 'roll-back') break;
  }
  return wrong;
}

const results = [0.4, 0.5, 0.75, 1].flatMap(differing =>
  [0.01, 0.1, 0.3].map(compared => {
    const wrong = Array.from({ length: runs }, () => wrongUntilRolledBack(differing, compared));
    return {
      differing,
      compared,
      median: quantile(wrong, 0.5),
      p95: quantile(wrong, 0.95),
      within200: wrong.filter(count => count <= 200).length / runs,
    };
  }),
);
if (values.json) console.log(JSON.stringify({ runs, results }));
else console.table(results);
