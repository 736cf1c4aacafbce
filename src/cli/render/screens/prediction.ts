import type { PredictFileResult, Prediction } from '../../../app/app.ts';
import { countText, durationText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { oneLine, padTo, printable, visibleLength } from '../text.ts';

/** Labels listed below an answer. */
const shownLabels = 3;
const barWidth = 20;

/** The answer first, alone on its line so that it can be piped; then, for people, how sure it is. */
export function predictionScreen(screen: Screen, prediction: Prediction): string {
  const lines = [screen.bold(printable(prediction.text))];
  const labels = prediction.labels?.slice(0, shownLabels) ?? [];
  const width = Math.min(
    Math.max(0, ...labels.map(({ label }) => visibleLength(label))),
    screen.columns - 34,
  );
  for (const { label, probability } of labels) {
    const filled = Math.round(probability * barWidth);
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
    lines.push(`  ${padTo(oneLine(label, width), width)}  ${screen.accent(bar)}  ${probability.toFixed(3)}`);
  }
  const tokens = `${prediction.promptTokens} + ${prediction.completionTokens} tokens`;
  lines.push(screen.dim(`${prediction.specialist} · ${Math.round(prediction.latencyMs)} ms · ${tokens}`));
  return lines.join('\n');
}

/** What became of a file of rows. */
export function predictFileScreen(screen: Screen, result: PredictFileResult): string {
  const resumed = result.resumed === 0 ? '' : `; ${countText(result.resumed, 'row')} of an earlier run kept`;
  const lines = [
    `${screen.good('Wrote')}  ${countText(result.rows, 'answer')} in ${durationText(result.seconds)}${resumed}`,
    `       ${result.outputFile}`,
  ];
  if (result.failures > 0) {
    lines.push(
      screen.bad(`${countText(result.failures, 'row')} failed; they have an "error" in place of an answer.`),
    );
  }
  return lines.join('\n');
}
