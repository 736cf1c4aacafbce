import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  captureRowFormats,
  importFormats,
  type TrainingReason,
  trainingReasons,
} from '../../app/captures/views.ts';
import type { Attach } from '../command-tree.ts';
import { count, example } from './options.ts';

/** Verbs on what the gateway has recorded. */
export function addCaptureVerbs(program: Command, attach: Attach): void {
  const captures = program
    .command('captures')
    .helpGroup('Use:')
    .summary('what the gateway recorded: look, export as training rows, import logs')
    .description(
      'Captures: requests that the gateway answered, with answers, routes and feedback. A gateway may be running.',
    );
  attach(
    withFilter(captures.command('list').summary('captures, newest first'))
      .description('Lists captures, newest first.')
      .addOption(new Option('--route <route>', 'only of this route').choices(['local', 'large', 'none']))
      .addOption(
        new Option('--limit <count>', 'captures to list, at most').argParser(count('--limit', 1)).default(20),
      )
      .addHelpText('after', example('stepdown captures list --since 2026-11-01 --route large')),
    async () => (await import('../verbs/captures.ts')).listCaptures,
  );
  attach(
    captures
      .command('show')
      .argument('<capture>', 'id of a capture (x-request-id), or the beginning of it')
      .summary('one capture in full, with its feedback')
      .description(
        'Shows one capture: the conversation, the answers, how it was routed, what it cost, feedback.',
      )
      .addHelpText('after', example('stepdown captures show 0197a3c2')),
    async () => (await import('../verbs/captures.ts')).showCapture,
  );
  attach(
    withFilter(captures.command('export').summary('training rows from captures, with lineage'))
      .argument('<file>', 'JSON Lines file to write')
      .description(
        'Writes the captures that teach something as rows for data.sources, one an input. Feedback wins over models. Inputs of the test split are never written, and listed.\n\n' +
          '  corrected  the right answer came as feedback\n' +
          '  confirmed  feedback approved the answer\n' +
          '  audited    answered by the large model for the audit sample\n' +
          '  escalated  answered by the large model because the specialist was unsure\n' +
          '  shadowed   answered by both\n' +
          '  recorded   answered by a server, or imported',
      )
      .addOption(
        new Option('--reasons <list>', 'comma-separated; the others are left out')
          .argParser(parseReasons)
          .default(trainingReasons, 'all'),
      )
      .addOption(
        new Option('--format <format>', 'whole conversations, or one input and output')
          .choices(captureRowFormats)
          .default('chat-jsonl'),
      )
      .addHelpText(
        'after',
        example('stepdown captures export data/captured.jsonl --reasons corrected,audited'),
      ),
    async () => (await import('../verbs/captures.ts')).exportCaptures,
  );
  attach(
    captures
      .command('import')
      .argument('<file>', 'JSON Lines, JSON or CSV')
      .summary('read the logs of another program')
      .description(
        'Reads logs into captures, redacted as the gateway does it. Importing again adds only what is missing.\n\n' +
          '  openai-chat  {"messages": [...]} or {"request": ..., "response": ...} a line\n' +
          '  langfuse     exported traces or observations\n' +
          '  litellm      spend logs with content, or standard logging payloads',
      )
      .addOption(new Option('--format <format>', 'default: by the first record').choices(importFormats))
      .option('--alias <alias>', 'model name to file them under (default: the model of each record)')
      .addOption(
        new Option('--content <policy>', 'default: as serve.capture.content says').choices([
          'full',
          'redacted',
        ]),
      )
      .addHelpText('after', example('stepdown captures import langfuse-export.jsonl --alias triage')),
    async () => (await import('../verbs/captures.ts')).importCaptures,
  );
}

function withFilter(command: Command): Command {
  return command
    .option('--alias <alias>', 'only of this model name')
    .addOption(new Option('--since <time>', 'at or after: 2026-11-01, 2026-11-01T12:00Z').argParser(time))
    .addOption(new Option('--until <time>', 'before').argParser(time));
}

function time(text: string): number {
  const value = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('Give a date (2026-11-01) or a time (2026-11-01T12:00:00Z).');
}

function parseReasons(text: string): readonly TrainingReason[] {
  return text.split(',').map(name => {
    const reason = trainingReasons.find(candidate => candidate === name.trim());
    if (reason !== undefined) return reason;
    throw new InvalidArgumentError(`Allowed are ${trainingReasons.join(', ')}.`);
  });
}
