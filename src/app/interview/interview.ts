import { basename, join } from 'node:path';
import {
  type AnswersDraft,
  answersSoFar,
  loadAnswersDraft,
  loadSectionDraft,
  validateAnswers,
} from '../../config/answers/load-answers.ts';
import { withAnswer } from '../../config/answers/write-answer.ts';
import { configFileName } from '../../config/load.ts';
import { parseYaml } from '../../config/yaml/yaml-source.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { type Evidence, resolveSituation } from '../../stages/decide/index.ts';
import {
  type AnswerValue,
  fileSections,
  interviewQuestions,
  interviewSections,
  parseAnswer,
  problemOfAnswer,
  type Question,
  unaskedOf,
} from '../../stages/decide/interview/index.ts';
import { evidenceFor } from '../decide/decide.ts';
import type { Workspace } from '../workspace.ts';
import { answerText, unitText } from './answer-text.ts';
import type { Interview, InterviewOptions, QuestionView, Said } from './views.ts';

/** Begins an interview, or goes on with one. @throws see InterviewVerbs */
export async function openInterview(
  workspace: Workspace,
  { saveFile, again = false, ...traffic }: InterviewOptions,
): Promise<Interview> {
  const evidence = await evidenceFor(workspace, traffic);
  const draft = await loadAnswersDraft(saveFile);
  const section =
    draft.text === '' ? await loadSectionDraft(join(workspace.dir, configFileName), saveFile) : null;
  return new AnswerInterview({ file: saveFile, evidence, draft, section, again });
}

const needed: Said = {
  kind: 'problem',
  message: 'There is no going on without an answer; q ends and keeps the others.',
};

class AnswerInterview implements Interview {
  readonly answered: number;
  readonly prefilled: number;
  readonly #file: string;
  readonly #evidence: Evidence;
  /** The file as it is on disk; empty where there is none. */
  #written: string;
  #text: string;
  #value: Readonly<Record<string, unknown>>;
  /** Keys that are not to be asked. */
  readonly #done: Set<string>;
  /** Asked next although it is done: somebody went back to it. */
  #returnedTo: Question | null = null;

  constructor(begin: {
    readonly file: string;
    readonly evidence: Evidence;
    readonly draft: AnswersDraft;
    /** Answers from elsewhere that are asked again, Enter keeping each; null where the draft is gone on with. */
    readonly section: AnswersDraft | null;
    readonly again: boolean;
  }) {
    const { draft, section } = begin;
    this.#file = begin.file;
    this.#evidence = begin.evidence;
    this.#written = draft.text;
    ({ text: this.#text, value: this.#value } = section ?? draft);
    const answered = interviewQuestions.filter(({ key }) => this.#answerAt(key) !== undefined);
    this.#done = new Set(begin.again || section !== null ? [] : answered.map(({ key }) => key));
    this.answered = this.#done.size;
    this.prefilled = section === null ? 0 : answered.length;
  }

  question(): QuestionView | null {
    const question = this.#current();
    if (question === null) return null;
    const applicable = this.#applicable();
    const answers = answersSoFar(this.#value);
    const { known, unknown } = unaskedOf(question, answers, this.#evidence);
    const { key, ask, why, choices, example, section } = question;
    const answer = this.#answerAt(key);
    const unit = unitText(question, answers.economics.currency);
    return {
      key,
      section: interviewSections[section],
      number: applicable.indexOf(question) + 1,
      of: applicable.length,
      ask,
      why,
      unit,
      choices,
      example,
      unknown,
      known: known && { text: known.text, source: known.source },
      answer: answer === undefined ? null : answerText(answer, unit),
    };
  }

  async say(line: string): Promise<Said> {
    const question = this.#current();
    if (question === null) return { kind: 'quit' };
    const reply = parseAnswer(question, line, answersSoFar(this.#value).economics);
    switch (reply.kind) {
      case 'problem':
        return reply;
      case 'quit':
        return { kind: 'quit' };
      case 'back':
        return this.#back(question);
      case 'skip':
        return this.#skip(question);
      case 'value':
        return await this.#keep(question, reply.value, question.ask);
      case 'unknown':
        return await this.#unknown(question);
      case 'empty': {
        const answer = this.#answerAt(question.key);
        if (answer === undefined) return await this.#unknown(question);
        // The currency may have changed since.
        const { economics } = answersSoFar(this.#value);
        const message = problemOfAnswer(question, answer as AnswerValue, economics);
        if (message !== null) return { kind: 'problem', message };
        await this.#write(this.#text);
        this.#finish(question);
        return { kind: 'moved' };
      }
    }
  }

  contradictions(): readonly string[] {
    const { answers, placeOf } = validateAnswers(parseYaml(this.#text, basename(this.#file)));
    try {
      resolveSituation(answers, this.#evidence, { placeOf, today: new Date() });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError) || error.code !== 'answers-contradict') throw error;
      const { contradictions, keys } = error.details as { contradictions: string[]; keys: string[] };
      const asked = this.#applicable().filter(({ key }) => keys.includes(key));
      if (asked.length === 0) throw error;
      for (const { key } of asked) this.#done.delete(key);
      return contradictions;
    }
  }

  #applicable(): Question[] {
    const answers = answersSoFar(this.#value);
    return interviewQuestions.filter(question => question.applies(answers));
  }

  #current(): Question | null {
    return this.#returnedTo ?? this.#applicable().find(({ key }) => !this.#done.has(key)) ?? null;
  }

  #finish({ key }: Question): void {
    this.#done.add(key);
    this.#returnedTo = null;
  }

  #back(question: Question): Said {
    const applicable = this.#applicable();
    const before = applicable[applicable.indexOf(question) - 1];
    if (before === undefined) return { kind: 'problem', message: 'This is the first question.' };
    this.#returnedTo = before;
    return { kind: 'moved' };
  }

  #skip({ section, required }: Question): Said {
    if (required) return needed;
    if (!interviewSections[section].skippable)
      return { kind: 'problem', message: 'Only the money can be left out; ? is unknown.' };
    for (const question of this.#applicable())
      if (question.section === section && !question.required) this.#done.add(question.key);
    this.#returnedTo = null;
    return { kind: 'moved' };
  }

  async #unknown(question: Question): Promise<Said> {
    const { known } = unaskedOf(question, answersSoFar(this.#value), this.#evidence);
    if (known !== null)
      return await this.#keep(question, known.value, `found: ${known.text} (${known.source})`, known.text);
    if (question.required) return needed;
    const value = question.unknownValue ?? undefined;
    return await this.#keep(question, value, question.ask, question.unknownValue ?? 'unknown');
  }

  async #keep(question: Question, value: unknown, comment: string, shown?: string): Promise<Said> {
    const { key } = question;
    const sectionComment = fileSections[key.split('.')[0]!] ?? '';
    if (value !== this.#answerAt(key)) this.#reopenAmounts(key);
    const text = withAnswer(this.#text, { key, value, comment, sectionComment });
    await this.#write(text);
    this.#text = text;
    this.#value = (parseYaml(text, basename(this.#file)).value ?? {}) as Record<string, unknown>;
    this.#finish(question);
    const unit = unitText(question, answersSoFar(this.#value).economics.currency);
    return { kind: 'kept', text: shown ?? answerText(value, unit) };
  }

  async #write(text: string): Promise<void> {
    if (text !== this.#written) await writeFileAtomic(this.#file, text);
    this.#written = text;
  }

  /** Amounts in the file mean something else in another currency: they are asked again. */
  #reopenAmounts(changed: string): void {
    if (changed !== 'economics.currency' && changed !== 'economics.usdPerUnit') return;
    for (const { key, unit } of interviewQuestions)
      if (unit?.startsWith('money ') || key === 'economics.usdPerUnit') this.#done.delete(key);
  }

  #answerAt(key: string): unknown {
    return key
      .split('.')
      .reduce<unknown>(
        (node, step) => (node === null || typeof node !== 'object' ? undefined : Reflect.get(node, step)),
        this.#value,
      );
  }
}
