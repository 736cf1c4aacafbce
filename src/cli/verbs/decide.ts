import { resolve } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import { decisionScreen } from '../render/screens/decision.ts';
import type { Verb } from '../verb.ts';
import { interviewed } from './interview/interviewed.ts';

/** Where the decision is written when no file is named. */
const defaultReport = 'decision.html';

/** Options of `stepdown decide`. */
export interface DecideFlags {
  readonly answers?: string;
  readonly interview?: boolean;
  readonly save?: string;
  readonly again?: boolean;
  readonly log?: string;
  readonly alias?: string;
  readonly data?: string | true;
  readonly prices?: string;
  readonly report?: string | true;
}

/** `stepdown decide`: a verdict from answers, given in a file or in an interview, and from what was measured. */
export const decide: Verb<DecideFlags> = async (context, options) => {
  const asks = options.interview || options.save !== undefined || options.again;
  if (asks && options.answers !== undefined)
    throw new ConfigError(
      'interview-with-answers',
      '--answers reads a file, and --interview, --save and --again ask for one',
      'Leave --answers out, or go on with that file by `--save FILE`.',
    );
  const app = await context.openApp();
  const file = (name: string) => resolve(context.currentDir, name);
  const request = {
    ...(options.log === undefined ? {} : { logFile: file(options.log) }),
    ...(options.alias === undefined ? {} : { alias: options.alias }),
    ...(options.data === undefined ? {} : { dataFile: options.data === true ? null : file(options.data) }),
    ...(options.prices === undefined ? {} : { pricesFile: file(options.prices) }),
    ...(options.report === undefined
      ? {}
      : { reportFile: file(options.report === true ? defaultReport : options.report) }),
  };
  if (asks) return interviewed(context, app, options, request);
  const answers = options.answers === undefined ? {} : { answersFile: file(options.answers) };
  try {
    const decision = await app.decide({ ...answers, ...request });
    return { json: decision, text: screen => decisionScreen(screen, decision) };
  } catch (error) {
    const nothingToRead =
      options.answers === undefined && error instanceof ConfigError && error.code === 'answers-missing';
    if (!nothingToRead || context.terminal() === null) throw error;
    return interviewed(context, app, options, request);
  }
};
