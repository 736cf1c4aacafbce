import { join } from 'node:path';
import { answerExamples, chooseShots, specialistMessages } from '../../../answering/index.ts';
import type { Parity } from '../../../core/evaluation.ts';
import type { Example } from '../../../core/example.ts';
import { sha256 } from '../../../core/hash.ts';
import type { StageContext } from '../../../core/stage.ts';
import type { TestExamples } from '../../../core/test-split.ts';
import { writeJsonLines } from '../../../files/jsonl.ts';
import { answerWithFloor, fitFloors } from '../../../floors/fit-floors.ts';
import type { EvaluateDependencies, EvaluateParameters, SystemId } from '../dependencies.ts';
import { defaultBound, measureParity } from '../parity.ts';
import type { MeasuredQuantization } from '../quantization-table.ts';
import type { Measured } from './measured.ts';

type Asking = {
  readonly mode: 'specialist' | 'instructed';
  readonly constrained: boolean;
  readonly shots: readonly Example[];
};
const asSpecialist: Asking = { mode: 'specialist', constrained: true, shots: [] };

/** What came of putting the test rows to every system. */
export interface MeasuredSystems {
  readonly systems: Measured[];
  readonly quantizations: MeasuredQuantization[];
  readonly parity: Parity | null;
  /** Why parity was not checked; null where it was. */
  readonly parityNotChecked: string | null;
}

/** Puts the test rows to every system that is switched on, one model open at a time. Parity comes first: cheap to fail. */
export async function measureSystems(
  context: StageContext<EvaluateParameters>,
  dependencies: EvaluateDependencies,
  test: TestExamples,
): Promise<MeasuredSystems> {
  const { config, task, prompt, baseTitle, largeTitle, served, picked } = context.parameters;
  const { workDir, progress, signal } = context;
  const answersFile = (id: string) => `answers/${id}.jsonl`;

  const ask = async (id: string, open: SystemId, examples: readonly Example[], asking: Asking) => {
    const model = await dependencies.openSystem(open);
    try {
      const concurrency = open === 'large' ? config.concurrency : 1;
      const onProgress = (done: number, total: number) =>
        progress.update(`Asking ${id}: ${done} of ${total}`, done / total);
      const file = join(workDir, answersFile(id));
      return await answerExamples({
        model,
        task,
        prompt,
        examples,
        ...asking,
        concurrency,
        signal,
        onProgress,
        answersFile: file,
        journalDir: dependencies.journalDir,
      });
    } finally {
      await model.close();
    }
  };

  const quantizations: MeasuredQuantization[] = [];
  const fewer = sample(test, config.quantizationRows);
  const measureFile = async ({ id, sizeBytes, gate }: (typeof served)[number]) => {
    const examples = id === picked ? test : fewer;
    const answers = await ask(id, id, examples, asSpecialist);
    const type = id === 'adapter' ? null : id;
    const title = id === 'adapter' ? 'Adapter on its base' : `Specialist in ${id}`;
    const role = 'quantization' as const;
    const memoryBytes = await dependencies.memoryOf(id);
    quantizations.push({
      id,
      role,
      title,
      type,
      gate,
      examples,
      answers,
      answersFile: answersFile(id),
      sizeBytes,
      memoryBytes,
    });
  };
  const wanted = served.filter(({ id }) => id !== 'adapter' || config.systems.includes('adapter'));
  const first = wanted.find(({ id }) => id === 'F16');
  if (first) await measureFile(first);
  const parityNotChecked = !config.parity.enabled
    ? 'evaluate.parity.enabled is false'
    : first
      ? null
      : 'no F16 file is among those served, and smaller files answer otherwise by themselves';
  const parity = parityNotChecked === null ? await parityOf(context, dependencies, quantizations[0]!) : null;
  // No use in measuring on: the stage ends here with the first differing rows.
  if (parity && !parity.pass) return { systems: [], quantizations, parity, parityNotChecked };
  for (const file of wanted) if (file !== first) await measureFile(file);

  const systems: Measured[] = [];
  const add = (id: string, role: Measured['role'], title: string, answers: Measured['answers']) =>
    systems.push({
      id,
      role,
      title,
      examples: test,
      answers,
      answersFile: answersFile(id),
      sizeBytes: null,
      memoryBytes: null,
    });
  const train = await dependencies.readSplit('train');
  if (config.systems.includes('floors'))
    for (const floor of fitFloors(task, train, config.seed)) {
      const answers = answerWithFloor(floor, test);
      await writeJsonLines(join(workDir, answersFile(floor.id)), answers);
      add(floor.id, 'floor', floor.title, answers);
    }
  const untuned: Asking = { mode: 'instructed', constrained: false, shots: [] };
  if (config.systems.includes('base'))
    add('base', 'base', `${baseTitle} untuned`, await ask('base', 'base', test, untuned));
  if (config.systems.includes('base-scored') && task.kind === 'classify') {
    const answers = await ask('base-scored', 'base', test, { ...untuned, constrained: true });
    add('base-scored', 'base', `${baseTitle} untuned, kept to the labels`, answers);
  }
  const shots = chooseShots(train, config.fewShot, config.seed, task.kind === 'classify');
  if (config.systems.includes('base-few-shot') && shots.length > 0) {
    const answers = await ask('base-few-shot', 'base', test, { ...untuned, constrained: true, shots });
    add('base-few-shot', 'few-shot', `${baseTitle} with ${shots.length} examples`, answers);
  }
  const pick = quantizations.find(({ type }) => type === picked);
  const specialist = pick ? pick.answers : await ask('specialist', 'specialist', test, asSpecialist);
  systems.push({
    id: 'specialist',
    role: 'specialist',
    title: `Specialist (${picked})`,
    examples: test,
    answers: specialist,
    answersFile: answersFile(pick ? pick.id : 'specialist'),
    sizeBytes: pick?.sizeBytes ?? null,
    memoryBytes: pick?.memoryBytes ?? null,
  });
  if (config.systems.includes('large') && largeTitle !== null)
    add('large', 'large', largeTitle, await ask('large', 'large', test, untuned));
  return { systems: [...systems, ...quantizations], quantizations, parity, parityNotChecked };
}

/** Rows chosen by the hash of their id: the same ones every time, whatever their order. */
function sample(examples: readonly Example[], count: number): readonly Example[] {
  if (examples.length <= count) return examples;
  const ranked = [...examples].sort((a, b) => (sha256(a.id) < sha256(b.id) ? -1 : 1));
  const chosen = new Set(ranked.slice(0, count).map(({ id }) => id));
  return examples.filter(({ id }) => chosen.has(id));
}

async function parityOf(
  { parameters, progress }: StageContext<EvaluateParameters>,
  dependencies: EvaluateDependencies,
  served: MeasuredQuantization,
): Promise<Parity> {
  const { config, task, prompt } = parameters;
  const answers = new Map(served.answers.map(answer => [answer.exampleId, answer]));
  // A row that no context holds was never answered by what is served: there is nothing to compare.
  const fitting = served.examples.filter(({ id }) => !answers.get(id)!.error?.startsWith('input-too-long:'));
  const rows = sample(fitting, config.parity.rows).map(example => ({
    id: example.id,
    prompt: dependencies.template.render(specialistMessages(prompt, example)),
  }));
  progress.update('Asking the trainer the same rows', null);
  const references = new Map((await dependencies.referenceAnswers(rows)).map(answer => [answer.id, answer]));
  const tokens = await dependencies.promptTokens(rows.map(row => row.prompt));
  const compared = rows.map((row, at) => {
    const reference = references.get(row.id);
    if (!reference) throw new Error(`the trainer gave no answer for row ${row.id}`);
    return { ...row, reference, served: answers.get(row.id)!, servedTokens: tokens[at]! };
  });
  const labels = task.kind === 'classify' ? task.labels : null;
  return measureParity(compared, labels, config.parity.bound ?? defaultBound(task.kind));
}
