import type { TrainResult } from '../../../core/trainer.ts';
import { bytes, count, duration } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import { lossChart } from '../charts/loss-chart.ts';

/** How it was trained: the loss curve and what it took. */
export function trainingSection(training: TrainResult | null): Html | null {
  if (!training) return null;
  const method = { lora: 'LoRA', qlora: 'QLoRA (4-bit base)', full: 'full fine-tuning' }[training.method];
  return html`<section><h2>Training</h2>
<p>${method}, ${count(training.trainableParameters)} trained parameters (${((100 * training.trainableParameters) / training.parameters).toFixed(1)} % of the model), ${count(training.steps)} steps in ${duration(training.seconds)} on ${training.device} (${training.precision}): ${count(Math.round(training.tokensPerSecond))} useful tokens/s, at most ${bytes(training.peakMemoryBytes)} of memory.${
    training.stoppedEarly ? ' Stopped early: the validation rows were answered no better any more.' : ''
  }</p>
<div class="legend"><span><i style="background:var(--train)"></i>training loss</span><span><i style="background:var(--specialist)"></i>validation loss</span></div>
<figure class="wide">${lossChart('Training and validation loss by epoch', training)}<figcaption>Mean cross-entropy of the answer's tokens, in nats.</figcaption></figure></section>`;
}
