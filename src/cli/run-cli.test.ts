import { describe, expect, it } from 'vitest';
import type { PipelineOptions } from '../app/app.ts';
import { ConfigError, PrerequisiteError, UpstreamError } from '../core/errors/index.ts';
import { exampleEvaluation, exampleGate } from '../core/fixtures/evaluation.ts';
import { descendants } from './command-tree.ts';
import { capturedIo, emptyPipelineResult } from './fixtures/fake-app.ts';
import { createProgram } from './program.ts';
import { createScreen } from './render/screen.ts';
import { runCli } from './run-cli.ts';

describe('the command line', () => {
  it('shows help without opening the app', async () => {
    const { io, stdout, opened } = capturedIo();
    expect(await runCli(['--help'], io)).toBe(0);
    expect(stdout()).toContain('Usage: stepdown <verb> [options]');
    expect(opened).toEqual([]);
  });

  it('shows help when nothing is asked for', async () => {
    const { io, stdout } = capturedIo();
    expect(await runCli([], io)).toBe(0);
    expect(stdout()).toContain('First steps:');
  });

  it('keeps every line of every help within 80 columns', async () => {
    const program = createProgram(createScreen({ columns: null, colour: false }), async () => {});
    for (const command of [program, ...descendants(program)]) {
      let help = '';
      command.configureOutput({
        writeOut: text => {
          help += text;
        },
      });
      command.outputHelp();
      expect(help.split('\n').filter(line => line.length > 80)).toEqual([]);
    }
  });

  it('shows an example in the help of every verb that does something', async () => {
    const program = createProgram(createScreen({ columns: null, colour: false }), async () => {});
    for (const command of descendants(program).filter(child => child.commands.length === 0)) {
      const { io, stdout } = capturedIo();
      const words = command.parent === program ? [command.name()] : [command.parent!.name(), command.name()];
      expect(await runCli([...words, '--help'], io)).toBe(0);
      expect(stdout()).toContain(`$ `);
      expect(stdout()).toContain(`stepdown ${words.join(' ')}`);
    }
  });

  it('suggests the verb that was probably meant, with exit code 2', async () => {
    const { io, stdout, stderr } = capturedIo();
    expect(await runCli(['trian'], io)).toBe(2);
    expect(stdout()).toBe('');
    expect(stderr()).toContain("Unknown command 'trian' (Did you mean train?)");
    expect(stderr()).toContain('Run `stepdown --help`');
  });

  it('suggests the flag that was probably meant, and names the verb whose help to read', async () => {
    const { io, stderr } = capturedIo();
    expect(await runCli(['data', 'import', '--frce'], io)).toBe(2);
    expect(stderr()).toContain('(Did you mean --force?)');
    expect(stderr()).toContain('Run `stepdown data import --help`');
  });

  it('rejects a count that is no whole number', async () => {
    for (const value of ['0', '-1', '1.5', 'ten', '']) {
      const { io, stderr } = capturedIo();
      expect(await runCli(['train', '--threads', value], io)).toBe(2);
      expect(stderr()).toContain('at least 1');
    }
  });

  it('prints usage errors as one JSON object under --json', async () => {
    const { io, stdout, stderr } = capturedIo();
    expect(await runCli(['train', '--json', '--frce'], io)).toBe(2);
    expect(JSON.parse(stdout())).toEqual({
      error: {
        code: 'unknown-option',
        message: "Unknown option '--frce' (Did you mean --force?)",
        hint: 'Run `stepdown train --help` to see what it takes, with an example.',
      },
    });
    expect(stderr()).toBe('');
  });

  it('shows the help of a verb, and no help verb in a group', async () => {
    const help = async (...argv: string[]) => {
      const { io, stdout } = capturedIo();
      expect(await runCli(argv, io)).toBe(0);
      return stdout();
    };
    expect(await help('help', 'models', 'pull')).toBe(await help('models', 'pull', '--help'));
    expect(await help('help')).toBe(await help('--help'));
    expect(await help('models', '--help')).not.toMatch(/^ {2}help/m);
  });

  it('says which verbs a group has when none is given', async () => {
    const { io, stderr } = capturedIo();
    expect(await runCli(['models'], io)).toBe(2);
    expect(stderr()).toContain('stepdown models needs one of: list, pull, show');
  });

  it('gives flags to the app as overrides and resolves the workspace', async () => {
    const { io, opened } = capturedIo(
      { runPipeline: async () => emptyPipelineResult },
      { currentDir: '/srv' },
    );
    const argv = ['run', '--offline', '--workspace', 'triage', '--effort', 'quick', '--threads', '2'];
    expect(await runCli(argv, io)).toBe(0);
    expect(opened[0]!.workspaceDir).toBe('/srv/triage');
    expect(opened[0]!.overrides).toEqual({ effort: 'quick', 'runtime.threads': 2, 'runtime.offline': true });
  });

  it.each(['65536', '-1', '80.5', 'http'])('refuses %s as a port before anything is read', async port => {
    const { io, stderr, opened } = capturedIo();
    expect(await runCli(['serve', '--port', port], io)).toBe(2);
    expect(stderr().replaceAll(/\s+/g, ' ')).toContain('--port takes a whole number from 0 to 65535');
    expect(opened).toEqual([]);
  });

  it('runs the pipeline up to the stage of the verb', async () => {
    const asked: (PipelineOptions | undefined)[] = [];
    const runPipeline = async (options?: PipelineOptions) => {
      asked.push(options);
      return emptyPipelineResult;
    };
    const verbs = ['run', 'run --until quantize', 'data import', 'train --force', 'quantize', 'evaluate'];
    for (const verb of verbs) await runCli(verb.split(' '), capturedIo({ runPipeline }).io);
    expect(asked).toEqual([
      { force: false },
      { until: 'quantize', force: false },
      { until: 'data', force: false },
      { until: 'train', force: true },
      { until: 'quantize', force: false },
      { until: 'evaluate', force: false },
    ]);
  });

  it('ends with 5 when a gate failed or had too few rows, and still prints the result', async () => {
    for (const outcome of ['fail', 'not-enough-rows'] as const) {
      const result = {
        ...emptyPipelineResult,
        evaluation: { ...exampleEvaluation(), gates: [exampleGate('pass', 'a'), exampleGate(outcome, 'b')] },
      };
      const { io, stdout } = capturedIo({ runPipeline: async () => result });
      expect(await runCli(['evaluate', '--json'], io)).toBe(5);
      expect(JSON.parse(stdout()).evaluation.gates).toHaveLength(2);
    }
  });

  it('renders an expected error as what, hint and code, on stderr', async () => {
    const failing = async () => {
      throw new PrerequisiteError('python-missing', 'No Python was found', 'Install Python 3.10 or newer.');
    };
    const { io, stdout, stderr } = capturedIo({ runPipeline: failing });
    expect(await runCli(['train'], io)).toBe(3);
    expect(stdout()).toBe('');
    expect(stderr()).toBe(
      'error  No Python was found\nhint   Install Python 3.10 or newer.\ncode   python-missing (exit 3)\n',
    );
  });

  it('passes details of an error on under --json', async () => {
    const failing = async () => {
      throw new UpstreamError('upstream-refused', 'No', 'Check it.', { details: { status: 401 } });
    };
    const { io, stdout } = capturedIo({ predict: failing });
    expect(await runCli(['predict', 'x', '--json'], io)).toBe(6);
    expect(JSON.parse(stdout())).toEqual({
      error: { code: 'upstream-refused', message: 'No', hint: 'Check it.', details: { status: 401 } },
    });
  });

  it('suggests a run id near the one that was given', async () => {
    const candidates = ['20261124T001500Z-train-3fa9c1', '20261124T091500Z-data-77b0e2'];
    const failing = async (given: string) => {
      throw new ConfigError('run-unknown', `There is no run ${given}`, 'Run `stepdown runs list`.', {
        details: { given, candidates },
      });
    };
    const { io, stderr } = capturedIo({ showRun: failing });
    expect(await runCli(['runs', 'show', '20261124T001500Z-train-3fa9c2'], io)).toBe(2);
    expect(stderr().replace(/\s+/g, ' ')).toContain(`did you mean "${candidates[0]}"?`);
  });

  it('calls anything else a bug, with exit code 1 and how to report it', async () => {
    const failing = async () => {
      throw new TypeError('x is not a function');
    };
    const { io, stderr } = capturedIo({ listRuns: failing });
    expect(await runCli(['runs', 'list'], io)).toBe(1);
    expect(stderr()).toContain('This is a bug in stepdown: x is not a function');
    expect(stderr()).toContain('stepdown doctor --json');
    expect(stderr()).toContain('run-cli.test.ts');
  });

  it('calls a disk that is read-only no bug', async () => {
    const failing = async () => {
      throw Object.assign(new Error('EROFS'), { code: 'EROFS', syscall: 'open', path: '/w/.stepdown/lock' });
    };
    const { io, stderr } = capturedIo({ listRuns: failing });
    expect(await runCli(['runs', 'list'], io)).toBe(3);
    expect(stderr()).toContain('/w/.stepdown/lock cannot be written: the disk is read-only');
  });

  it('ends with 130 after Ctrl-C whatever was thrown', async () => {
    const controller = new AbortController();
    const failing = async () => {
      controller.abort();
      throw new DOMException('This operation was aborted', 'AbortError');
    };
    const { io, stderr } = capturedIo({ runPipeline: failing }, { signal: controller.signal });
    expect(await runCli(['run'], io)).toBe(130);
    expect(stderr()).toContain('it continues from where it was');
  });

  it('closes the app after success and after failure', async () => {
    let closed = 0;
    const close = async () => {
      closed++;
    };
    await runCli(['runs', 'list'], capturedIo({ listRuns: async () => [], close }).io);
    await runCli(['runs', 'list'], capturedIo({ close }).io);
    expect(closed).toBe(2);
  });

  it('colours only a terminal, and not with NO_COLOR', async () => {
    const colourCode = '\u001b[';
    const listRuns = async () => [];
    const plain = capturedIo({ listRuns });
    const terminal = capturedIo({ listRuns }, { tty: true });
    const refused = capturedIo({ listRuns }, { tty: true, variables: { NO_COLOR: '1' } });
    for (const { io } of [plain, terminal, refused]) await runCli(['runs', 'list'], io);
    expect([plain, terminal, refused].map(({ stdout }) => stdout().includes(colourCode))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('shows progress on stderr, and none with --quiet', async () => {
    for (const [argv, seen] of [
      [['run', '--json'], 'Loading the base model\n'],
      [['run', '--json', '--quiet'], ''],
    ] as const) {
      const captured: ReturnType<typeof capturedIo> = capturedIo({
        runPipeline: async () => {
          captured.opened[0]!.progress.say('Loading the base model');
          return emptyPipelineResult;
        },
      });
      expect(await runCli(argv, captured.io)).toBe(0);
      expect(captured.stderr()).toBe(seen);
      expect(JSON.parse(captured.stdout())).toEqual(emptyPipelineResult);
    }
  });
});
