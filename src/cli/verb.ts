import type { Command } from 'commander';
import type { App } from '../app/app.ts';
import type { Terminal } from './io.ts';
import type { Screen } from './render/screen.ts';

/** What a verb is given. */
export interface VerbContext {
  /** The whole tree of verbs, for completion. */
  readonly program: Command;
  /** Absolute path of the workspace. */
  readonly workspaceDir: string;
  /** Absolute path of the folder the command was typed in; file arguments are relative to it. */
  readonly currentDir: string;
  /** All of standard input as text, or null when it is a terminal. */
  readInput(): Promise<string | null>;
  /**
   * Shows something on stderr and asks for yes or no; null where nobody sits at a terminal, or under `--json`, and
   * then nothing was shown.
   */
  confirm(shown: (screen: Screen) => string, question: string): Promise<boolean | null>;
  /**
   * Opens the app; the caller of the verb closes it. Overrides are by dotted key of stepdown.yaml.
   * @param configFile absolute path of a configuration; its folder is the workspace then
   */
  openApp(overrides?: Readonly<Record<string, unknown>>, configFile?: string): Promise<App>;
  /** Somebody to ask, and the screen to ask on; null without a terminal and under `--json`. */
  terminal(): (Terminal & { readonly screen: Screen }) | null;
  /** Prints at once, for verbs that go on: one line of JSON under `--json`. */
  announce(result: Pick<VerbResult, 'json' | 'text'>): void;
}

/** What came out: a value for `--json` and a screen for people. */
export interface VerbResult {
  /** One plain JSON object. */
  readonly json: object;
  readonly text: (screen: Screen) => string;
  /** 0 when absent. */
  readonly exitCode?: number;
}

/** One verb of the command line: does the work through the App and says how to show it; null where all was said. */
export type Verb<Options = object> = (
  context: VerbContext,
  options: Options,
  ...positional: string[]
) => Promise<VerbResult | null>;

/** Options that override stepdown.yaml for one command. */
export interface OverrideOptions {
  readonly effort?: string;
  readonly model?: string;
  readonly threads?: number;
}

/** Flags as dotted keys of stepdown.yaml. */
export function overridesOf(options: OverrideOptions): Record<string, unknown> {
  const overrides: Record<string, unknown> = {};
  if (options.effort !== undefined) overrides['effort'] = options.effort;
  if (options.model !== undefined) overrides['model'] = options.model;
  if (options.threads !== undefined) overrides['runtime.threads'] = options.threads;
  return overrides;
}
