import type { Forgetting } from '../../../core/evaluation.ts';
import { percent, points, withInterval } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';

/** What the specialist still knows of everything else. */
export function forgettingSection(forgetting: Forgetting | null): Html | null {
  if (!forgetting) return null;
  return html`<section><h2>Forgetting</h2>
<p>General questions outside the task (${forgetting.probe}, n = ${forgetting.base.n}): base ${withInterval(forgetting.base, percent)}, specialist ${withInterval(forgetting.specialist, percent)}, difference ${withInterval(forgetting.delta, points)} points. ${meaning(forgetting)}</p></section>`;
}

function meaning({ informative, chance }: Forgetting): Html {
  if (informative)
    return html`A specialist is used for its task alone, so a loss here is a limit to know, not a fault.`;
  return html`<b>This says little:</b> the base itself is near what guessing reaches (${percent(chance ?? 0)}), and what it does not know it cannot be seen to forget. Measure a specialist of a larger base, or ask questions of your own.`;
}
