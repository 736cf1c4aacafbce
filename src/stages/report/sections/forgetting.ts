import type { Forgetting } from '../../../core/evaluation.ts';
import { percent, points, withInterval } from '../format.ts';
import { type Html, html } from '../html.ts';

/** What the specialist still knows of everything else. */
export function forgettingSection(forgetting: Forgetting | null): Html | null {
  if (!forgetting) return null;
  return html`<section><h2>Forgetting</h2>
<p>General questions outside the task (${forgetting.probe}, n = ${forgetting.base.n}): base ${withInterval(forgetting.base, percent)}, specialist ${withInterval(forgetting.specialist, percent)}, difference ${withInterval(forgetting.delta, points)} points. A specialist is used for its task alone, so a loss here is a limit to know, not a fault.</p></section>`;
}
