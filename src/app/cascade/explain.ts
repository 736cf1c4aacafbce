import { answerExamples } from '../../answering/index.ts';
import { createCascadePolicy, createSignalReader, scoreDetails } from '../../stages/cascade/index.ts';
import type { CascadeExplanation, ExplainOptions } from '../app.ts';
import { inputExample } from '../predict/input-rows.ts';
import type { Workspace } from '../workspace.ts';
import { localSideOfCalibration } from './local-side.ts';
import { findCalibration, specialistOf } from './simulate.ts';

/** What the cascade does with one input, and why. */
export async function explainCascade(
  workspace: Workspace,
  input: string,
  options: ExplainOptions,
): Promise<CascadeExplanation> {
  const calibration = await findCalibration(workspace, options.calibration);
  const found = await specialistOf(workspace, calibration, options.specialist);
  const { task, prompt, name } = found.manifest;
  const reader = createSignalReader(task, calibration);
  const example = inputExample('input', [{ role: 'user', content: input }], 1);
  const { servedBy } = calibration;
  const side = localSideOfCalibration(workspace, await workspace.config(), servedBy?.servers);
  const model = await side.open(found, servedBy?.logprobs ?? true);
  try {
    const [answer] = await answerExamples({
      model,
      task,
      prompt,
      examples: [example],
      mode: 'specialist',
      keepTokens: true,
      secondOpinion: calibration.secondOpinion ?? null,
      signal: workspace.options.signal,
    });
    if (!answer) throw new Error('no answer for the one input');
    const { signals, valid } = reader.read(example.messages, {
      text: answer.text,
      probabilities: answer.probabilities,
      tokens: answer.tokens ?? null,
      secondOpinion: answer.secondOpinion,
    });
    // The audit is drawn anew for every request: what is explained is the decision without it.
    const decision = createCascadePolicy(calibration, { auditShare: 0 }).decide({
      signals,
      valid,
      failure: answer.error === null ? null : 'specialist-failed',
      draw: 0.5,
    });
    return {
      specialist: name,
      text: answer.error === null ? answer.text : null,
      error: answer.error,
      signals,
      valid,
      decision,
      score: scoreDetails(calibration, signals),
      local: calibration.local,
      escalateLowConfidence: calibration.escalateLowConfidence,
      scopeThreshold: calibration.scope?.threshold ?? null,
      auditShare: calibration.auditShare,
    };
  } finally {
    await model.close();
  }
}
