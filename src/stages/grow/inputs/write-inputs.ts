import type { PaidWork } from '../at-once.ts';
import { dropUnanswered } from '../drop-unanswered.ts';
import type { Candidate, GenerateOptions } from '../generate-options.ts';
import type { SetAsideCode, SetAsideMade } from '../made-row.ts';
import { inputsRequest } from './input-messages.ts';
import type { InputRequest } from './input-request.ts';
import { parseInputs } from './parse-inputs.ts';

/** First step: new inputs, those alone that are worth an answer. */
export async function writeInputs(
  options: GenerateOptions,
  work: PaidWork,
  round: readonly InputRequest[],
  setAside: SetAsideMade[],
): Promise<{ readonly candidates: Candidate[]; readonly inputs: number }> {
  const { prompt, config, teacher, usualCharacters } = options;
  const outcomes = await work.each(round, request =>
    teacher.ask(inputsRequest(prompt, request, usualCharacters, config.inputTemperature)),
  );
  const candidates: Candidate[] = [];
  let inputs = 0;
  for (const [at, outcome] of outcomes.entries()) {
    const request = round[at]!;
    const drop = (code: SetAsideCode, reason: string, input: string | null) =>
      void setAside.push({ code, reason, input, target: null, from: request.index + 1 });
    if (!('done' in outcome)) {
      dropUnanswered(outcome, drop, null);
      continue;
    }
    const parsed = parseInputs(outcome.done.text, outcome.done.finishReason);
    if ('code' in parsed) {
      drop(parsed.code, parsed.reason, null);
      continue;
    }
    for (const input of parsed.inputs) {
      inputs += 1;
      const why = filterInput(options, input);
      if (why === null) {
        options.known.add(input);
        candidates.push({ request, input });
      } else drop(why.code, why.reason, why.code.endsWith('test-split') ? null : input);
    }
  }
  return { candidates, inputs };
}

function filterInput(
  { config, known, testLikeness }: GenerateOptions,
  input: string,
): { readonly code: SetAsideCode; readonly reason: string } | null {
  if (input.length > config.maxInputCharacters)
    return { code: 'too-long', reason: `${input.length} characters; at most ${config.maxInputCharacters}` };
  // The test split first: what is like it must not be told even as a duplicate.
  const test = testLikeness(input);
  if (test === 'in-test-split') return { code: test, reason: 'the test split has this input' };
  if (test === 'near-test-split') return { code: test, reason: 'the test split has an input much like it' };
  const likeness = known.likeness(input);
  if (likeness === 'duplicate') return { code: likeness, reason: 'the input is there already' };
  if (likeness === 'near-duplicate')
    return { code: likeness, reason: 'an input much like it is there already' };
  return null;
}
