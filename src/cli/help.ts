import { environmentVariables } from '../config/environment.ts';
import type { Screen } from './render/screen.ts';

/** Meaning of every exit code, for help and the reference. */
export const exitCodeMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'a bug in stepdown'],
  [2, 'the command line or stepdown.yaml is wrong'],
  [3, 'this machine lacks something: Python, memory, disk, weights, network'],
  [4, 'the data cannot be used as it is'],
  [5, 'a gate failed, or had too few rows to decide'],
  [6, 'a model behind an API failed'],
  [130, 'interrupted; run the same command again and it continues'],
];

/** Where things are put, for help and the reference. */
const filePlaces: readonly (readonly [place: string, what: string])[] = [
  ['stepdown.yaml', 'what to do; `stepdown init` writes it with comments'],
  ['.stepdown/', 'datasets, run records, checkpoints, specialists, reports'],
  ['STEPDOWN_CACHE', 'downloaded models, Python environment; shared by workspaces'],
];

/** The lower half of `stepdown --help`. */
export function helpEpilogue(screen: Screen): string {
  const section = (title: string, rows: readonly (readonly [term: unknown, meaning: string])[]) => {
    const width = Math.max(...rows.map(([term]) => String(term).length));
    return [
      screen.bold(title),
      ...rows.map(([term, meaning]) => `  ${String(term).padEnd(width)}  ${meaning}`),
    ].join('\n');
  };
  return [
    '',
    section('First steps:', [
      ['stepdown init classify', 'write a stepdown.yaml, then name your rows in it'],
      ['stepdown doctor', 'see whether this machine can do it'],
      ['stepdown run', 'from rows to an evaluated, quantised specialist'],
      ['stepdown predict "..."', 'ask it'],
    ]),
    '',
    section('Files:', filePlaces),
    '',
    section('Environment:', environmentVariables),
    '',
    section('Exit codes:', exitCodeMeanings),
    '',
    screen.dim('With --json every verb prints one JSON object on stdout; errors are'),
    screen.dim('{"error":{"code","message","hint"}}. Progress always goes to stderr.'),
  ].join('\n');
}
