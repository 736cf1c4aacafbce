import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type ExportFormat, exportFormats } from '../../app/app.ts';
import type { Attach } from '../command-tree.ts';
import { count, example, threadsOption } from './options.ts';

/** Verbs that use or look at what was made. */
export function addResultVerbs(program: Command, attach: Attach): void {
  addUse(program, attach);
  addRuns(program, attach);
  attach(
    program
      .command('completion')
      .helpGroup('Look:')
      .summary('print a completion script for your shell')
      .description(
        'Prints a completion script:\n\n' +
          '  bash  eval "$(stepdown completion bash)"        in ~/.bashrc\n' +
          '  zsh   eval "$(stepdown completion zsh)"         in ~/.zshrc, after compinit\n' +
          '  fish  stepdown completion fish | source         in config.fish',
      )
      .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
      .addHelpText('after', example('eval "$(stepdown completion bash)"')),
    async () => (await import('../verbs/completion.ts')).completion,
  );
}

function addUse(program: Command, attach: Attach): void {
  const group = 'Use:';
  attach(
    program
      .command('predict')
      .helpGroup(group)
      .argument('[input]', 'text to answer; standard input when absent')
      .summary('ask the specialist: one input, or a file')
      .description(
        'Asks the specialist. With --file, reads JSON Lines ({"input": "..."} a line) and writes one answer a line; an interrupted file continues.',
      )
      .option('--file <jsonl>', 'answer every row of this file')
      .option('--output <jsonl>', 'where the answers go (default: rows.answers.jsonl for rows.jsonl)')
      .option('--specialist <dir>', 'specialist folder (default: the latest of the workspace)')
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown predict "pump is leaking at the seal"')),
    async () => (await import('../verbs/predict.ts')).predict,
  );
  attach(
    program
      .command('serve')
      .helpGroup(group)
      .summary('the gateway: an OpenAI-compatible address')
      .description(
        'Answers OpenAI clients: with the specialist, with servers behind it, or with a cascade of both, as the section serve of stepdown.yaml says. SIGHUP reads the file again; SIGTERM answers what is open and ends.',
      )
      .option('--config <file>', 'configuration (default: stepdown.yaml)')
      .option('--host <address>', 'address to listen on; wins over stepdown.yaml')
      .addOption(
        new Option('--port <port>', 'port; 0 takes a free one').argParser(count('--port', 0, 65_535)),
      )
      .addOption(
        new Option('--workers <count>', 'processes that answer').argParser(count('--workers', 1)).default(1),
      )
      .addOption(threadsOption())
      .addHelpText('after', example('stepdown serve --config stepdown.yaml --port 8080')),
    async () => (await import('../verbs/serve.ts')).serve,
  );
  attach(
    program
      .command('report')
      .helpGroup(group)
      .summary('write the HTML report of the latest evaluation')
      .description('Writes one self-contained HTML file: charts, intervals, gates; prints well to PDF.')
      .option('--output <file>', 'where it goes (default: in the workspace)')
      .addHelpText('after', example('stepdown report --output report.html')),
    async () => (await import('../verbs/report.ts')).report,
  );
  attach(
    program
      .command('export')
      .helpGroup(group)
      .argument('<dir>', 'new or empty folder')
      .summary('write the model for other programs')
      .description(
        'Writes the specialist for other programs:\n\n' +
          '  gguf     merged model for llama.cpp and all that builds on it\n' +
          '  adapter  PEFT adapter for transformers and vLLM\n' +
          '  ollama   Modelfile beside the merged model\n' +
          '  card     model card with evaluation, lineage and licences',
      )
      .addOption(
        new Option('--formats <list>', `comma-separated: ${exportFormats.join(',')}`)
          .argParser(parseFormats)
          .default(exportFormats, 'all'),
      )
      .option('--specialist <dir>', 'specialist folder (default: the latest of the workspace)')
      .addHelpText('after', example('stepdown export ./triage-model --formats gguf,ollama')),
    async () => (await import('../verbs/export.ts')).exportSpecialist,
  );
}

function addRuns(program: Command, attach: Attach): void {
  const runs = program
    .command('runs')
    .helpGroup('Look:')
    .summary('what was run, with what, and how it ended')
    .description('Run records: what each stage did, on what, with what, and how it ended.');
  attach(
    runs
      .command('list')
      .summary('runs, newest first')
      .description('Lists the runs of the workspace, newest first.')
      .option('--stage <stage>', 'only runs of this stage')
      .addOption(
        new Option('--limit <count>', 'runs to list, at most').argParser(count('--limit', 1)).default(20),
      )
      .addHelpText('after', example('stepdown runs list --stage train')),
    async () => (await import('../verbs/runs.ts')).listRuns,
  );
  attach(
    runs
      .command('show')
      .argument('<run>', 'id of a run')
      .summary('one run in full')
      .description('Shows one run: parameters, inputs, outputs, environment, error.')
      .addHelpText('after', example('stepdown runs show 20261124T001500Z-train-3fa9c1')),
    async () => (await import('../verbs/runs.ts')).showRun,
  );
  attach(
    runs
      .command('compare')
      .argument('<a>', 'id of a run')
      .argument('<b>', 'id of another run of the same stage')
      .summary('two runs: what differs, and by how much')
      .description(
        'Shows the parameters that differ and the metrics, b minus a, paired on the same test rows.',
      )
      .addHelpText(
        'after',
        example(
          'stepdown runs compare 20261124T001500Z-train-3fa9c1 \\\n' + '      20261124T091500Z-train-77b0e2',
        ),
      ),
    async () => (await import('../verbs/runs.ts')).compareRuns,
  );
}

function parseFormats(text: string): readonly ExportFormat[] {
  return text.split(',').map(name => {
    const format = exportFormats.find(candidate => candidate === name.trim());
    if (format !== undefined) return format;
    throw new InvalidArgumentError(`Allowed are ${exportFormats.join(', ')}.`);
  });
}
