import { type QuantityKey, specOf } from '../answers/quantities/index.ts';
import type { Answers } from '../schema.ts';
import { reasonOf, wordsOf } from './schema-words.ts';

/** What stands above each section of a file of answers. */
export const fileSections: Readonly<Record<string, string>> = {
  task: 'The task: can it be defined precisely?',
  data: 'The data: is there enough of it, and is it good?',
  traffic: 'Latency and volume: how much, how fast?',
  regulation: 'Regulation: what is allowed?',
  incumbent: 'The large model of today',
  economics: 'The money: what people and training cost',
};

/** The parts of the interview, in the order they are asked: the four questions, then the money. */
export const interviewSections = {
  task: { title: 'The task', asks: 'can it be defined precisely?', skippable: false },
  data: { title: 'The data', asks: 'is there enough of it, and is it good?', skippable: false },
  traffic: { title: 'Latency and volume', asks: 'how much, how fast?', skippable: false },
  regulation: { title: 'Regulation', asks: 'what is allowed?', skippable: false },
  money: { title: 'The money', asks: 'what is paid today, and what do people cost?', skippable: true },
} as const;
export type InterviewSection = keyof typeof interviewSections;

/** One question of the interview. */
export interface Question {
  /** Dotted key of the answers. */
  readonly key: string;
  readonly section: InterviewSection;
  readonly ask: string;
  /** Why it is asked. */
  readonly why: string;
  readonly form: 'quantity' | 'number' | 'choice' | 'text';
  /** Of a quantity or a number; null where there is none. */
  readonly unit: string | null;
  /** The words a choice is made from; empty for other forms. */
  readonly choices: readonly string[];
  /** What an unknown answer means; null where a quantity's default says it, or where an answer is needed. */
  readonly unknown: string | null;
  /** What is written down for an unknown answer; null where nothing is, as the key takes no such word. */
  readonly unknownValue: string | null;
  /** Whether there is no going on without an answer. */
  readonly required: boolean;
  /** What an answer may look like, where the form does not say it. */
  readonly example: string | null;
  /** Whether it matters, given the answers so far. */
  readonly applies: (answers: Answers) => boolean;
}

type Details = Partial<Pick<Question, 'unknown' | 'unknownValue' | 'required' | 'example' | 'applies'>>;

const plainDetails = {
  unknown: null,
  unknownValue: 'unknown',
  required: false,
  example: null,
  applies: () => true,
} as const;

function quantity(section: InterviewSection, key: QuantityKey, ask: string, details: Details = {}): Question {
  const { why, unit, money } = specOf(key);
  const shown = money ? `money ${unit}` : unit;
  const example = unit.startsWith('share') ? '0.05 or 5%' : null;
  return {
    ...plainDetails,
    key,
    section,
    ask,
    why,
    form: 'quantity',
    unit: shown,
    choices: [],
    example,
    ...details,
  };
}

function words(
  form: 'choice' | 'text' | 'number',
  section: InterviewSection,
  key: string,
  ask: string,
  details: Details,
): Question {
  const choices = form === 'choice' ? wordsOf(key).filter(word => word !== 'unknown') : [];
  return {
    ...plainDetails,
    key,
    section,
    ask,
    why: reasonOf(key),
    form,
    unit: null,
    choices,
    ...details,
  };
}

const regionOnly = ({ regulation }: Answers) => regulation.dataMayLeave === 'region-only';

/** What is asked, in order. Everything else in the answers is rarely known and may be edited in the file. */
export const interviewQuestions: readonly Question[] = [
  words('choice', 'task', 'task.kind', 'What does the model do?', { required: true }),
  words('choice', 'task', 'task.definition', 'Are the labels or the schema closed, or is it loose?', {
    unknown: 'counts as not closed',
  }),
  words('choice', 'task', 'task.breadth', 'How different from each other are the inputs?', {
    unknown: 'counts as not narrow: the large model stays behind a specialist',
  }),
  words('choice', 'task', 'task.reasoning', 'How much thought does an answer need?', {
    unknown: 'counts as some: the large model stays behind a specialist',
  }),
  quantity('task', 'task.outOfScopeShare', 'What share of the inputs does the task not cover?'),
  quantity('task', 'task.documents', 'How many documents do the answers depend on?', {
    example: '0 when none',
  }),
  words('choice', 'task', 'task.factsChange', 'How often do the facts in those documents change?', {
    unknown: 'counts as rarely',
    applies: ({ task }) => task.documents !== 0,
  }),
  quantity('data', 'data.labelledRows', 'How many labelled rows are there?'),
  quantity('data', 'data.labelAgreement', 'On what share of the labels do two people agree?'),
  words('choice', 'data', 'data.source', 'Who made the labels?', {
    unknown: 'no risk is named for it',
    applies: ({ data }) => data.labelledRows !== 0,
  }),
  words('choice', 'data', 'data.canLabelMore', 'Can more rows be labelled?', { unknown: 'counts as yes' }),
  quantity('traffic', 'traffic.callsPerDay', 'How many calls a day?'),
  quantity('traffic', 'traffic.peakFactor', 'How many times the average is the busiest hour?'),
  quantity('traffic', 'traffic.inputTokens', 'How many tokens go in with a call?', {
    example: 'a page of English is about 600',
  }),
  quantity('traffic', 'traffic.outputTokens', 'How many tokens come out of a call?'),
  quantity('traffic', 'traffic.latencyMs', 'How long may an answer take, for 95 % of the calls?', {
    example: '2s is 2000',
  }),
  words('choice', 'regulation', 'regulation.dataMayLeave', 'May the inputs leave your own network?', {
    unknown: 'counts as yes, and is named as a risk',
  }),
  words('text', 'regulation', 'regulation.region', 'In which region must they stay?', {
    required: true,
    example: 'eu',
    applies: regionOnly,
  }),
  words('choice', 'regulation', 'incumbent.where', 'Where does the large model run today?', {
    unknown: 'counts as cloud',
    unknownValue: 'cloud',
  }),
  words('text', 'regulation', 'incumbent.region', 'In which region does its provider run it?', {
    unknown: 'counts as the region that is allowed',
    unknownValue: null,
    example: 'eu',
    applies: answers => regionOnly(answers) && answers.incumbent.where === 'cloud',
  }),
  words('choice', 'regulation', 'regulation.audit', 'Must every answer be traceable to a model version?', {
    unknown: 'counts as no',
  }),
  words('text', 'money', 'incumbent.model', 'Which large model answers today?', {
    unknown: 'its price is asked for, or taken within a wide range',
    unknownValue: null,
    example: 'gpt-4o',
  }),
  words('text', 'money', 'economics.currency', 'In which currency are your prices and wages?', {
    unknown: 'USD is taken',
    unknownValue: 'USD',
    example: 'EUR',
  }),
  words('number', 'money', 'economics.usdPerUnit', 'How many US dollars does one unit of it buy?', {
    required: true,
    example: '1.1',
    applies: ({ economics }) => economics.currency !== 'USD',
  }),
  quantity('money', 'incumbent.price.input', 'What do a million input tokens cost?'),
  quantity('money', 'incumbent.price.output', 'What do a million output tokens cost?'),
  quantity('money', 'economics.hourlyRate', 'What does an hour of an engineer cost?'),
  quantity('money', 'economics.setUpHours', 'How many hours would it take to set a specialist up?'),
  quantity('money', 'economics.operationsHoursPerMonth', 'How many hours a month would it take to run it?'),
];
