import { resolve } from 'node:path';
import type { PredictFileResult } from '../../app/app.ts';
import { ConfigError, exitCodes } from '../../core/errors/index.ts';
import { predictFileScreen, predictionScreen } from '../render/screens/prediction.ts';
import { type OverrideOptions, overridesOf, type Verb, type VerbContext, type VerbResult } from '../verb.ts';

interface PredictVerbOptions extends Pick<OverrideOptions, 'threads'> {
  readonly file?: string;
  readonly output?: string;
  readonly specialist?: string;
}

/** `stepdown predict [input]`: one input, standard input, or every row of a file. */
export const predict: Verb<PredictVerbOptions> = async (context, options, input) => {
  if (options.file === undefined) {
    if (options.output !== undefined) {
      throw new ConfigError('output-without-file', '--output needs --file', 'Name the rows with --file.');
    }
    return predictOne(context, options, input);
  }
  if (input !== undefined) {
    throw new ConfigError(
      'input-and-file',
      'An input and --file were both given',
      'Give one of them: a text, or --file.',
    );
  }
  return predictRows(context, options, options.file);
};

async function predictOne(
  context: VerbContext,
  options: PredictVerbOptions,
  given: string | undefined,
): Promise<VerbResult> {
  const text = given ?? (await context.readInput())?.trim();
  if (text === undefined || text === '') {
    throw new ConfigError(
      'input-missing',
      'There is nothing to answer',
      'Give a text: `stepdown predict "pump is leaking"`, or --file rows.jsonl.',
    );
  }
  const app = await context.openApp(overridesOf(options));
  const prediction = await app.predict(text, specialistOf(context, options));
  return { json: prediction, text: screen => predictionScreen(screen, prediction) };
}

async function predictRows(
  context: VerbContext,
  options: PredictVerbOptions,
  file: string,
): Promise<VerbResult> {
  const output = options.output ?? `${file.replace(/\.jsonl$/, '')}.answers.jsonl`;
  const app = await context.openApp(overridesOf(options));
  const result = await app.predictFile({
    inputFile: resolve(context.currentDir, file),
    outputFile: resolve(context.currentDir, output),
    ...specialistOf(context, options),
  });
  return {
    json: result,
    text: screen => predictFileScreen(screen, result),
    exitCode: exitCodeOf(result),
  };
}

/** 6 where a model did not answer, else 4 where a row is no input. */
function exitCodeOf({ failures, unusable }: PredictFileResult): number {
  if (failures > unusable) return exitCodes.upstream;
  return unusable > 0 ? exitCodes.data : 0;
}

function specialistOf(context: VerbContext, options: PredictVerbOptions): { specialist?: string } {
  return options.specialist === undefined
    ? {}
    : { specialist: resolve(context.currentDir, options.specialist) };
}
