import type { MadeDataset, SpendingPlan, TermsCheck, UnreadDocument } from '../../../../app/growing/views.ts';
import { countText, dollarsText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { oneLine, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** Documents that are listed one by one; all are in `--json`. */
const shown = 20;

/** Money that is expected: `about $1.20 (0.60 to 2.40), at most $9.10`. */
export function spendingLine({ estimate, budgetUsd }: SpendingPlan): string {
  const { costUsd, atMostUsd } = estimate;
  const requests = countText(Math.round(estimate.requests.value), 'request');
  if (costUsd === null) return `${requests} at a price that is not known (set large.price)`;
  const range = `${dollarsText(costUsd.low)} to ${dollarsText(costUsd.high)}`;
  const bound = budgetUsd === null ? '' : `, and never more than the budget of ${dollarsText(budgetUsd)}`;
  const most = atMostUsd === null ? '' : `; ${dollarsText(atMostUsd)} if every answer had its full length`;
  return `about ${dollarsText(costUsd.value)} (${range}${most})${bound}`;
}

/** What will be asked, by whose terms, and for how much. */
export function spendingPlanScreen(screen: Screen, plan: SpendingPlan): string {
  const { estimate, answeredBefore, documents } = plan;
  return [
    screen.bold('Before anything is spent'),
    facts(screen, [
      ['teacher', `${plan.teacher.model} at ${plan.teacher.host}`],
      ['judge', plan.judge && `${plan.judge.model} at ${plan.judge.host}`],
      [
        'requests',
        `${estimate.byPurpose.map(({ purpose, requests }) => `${Math.round(requests.value).toLocaleString('en-US')} for ${purpose}`).join(', ')}`,
      ],
      [
        'paid before',
        answeredBefore === 0 ? null : `${countText(answeredBefore, 'request')}, not sent again`,
      ],
      ['cost', spendingLine(plan)],
      ['documents', documents && `${documents.read} read, ${documents.unread.length} not`],
    ]),
    ...termsLines(screen, plan.terms),
    ...documentLines(screen, documents),
  ].join('\n');
}

/** What was made, what was set aside and why, and what it cost. */
export function madeDatasetScreen(screen: Screen, made: MadeDataset): string {
  const { spent, before, plan } = made;
  const aside = Object.entries(made.setAside).sort((a, b) => b[1] - a[1]);
  const failed = made.setAside['upstream-failed'] ?? 0;
  const tone = made.rows === 0 ? screen.bad : screen.good;
  return [
    `${tone('Made')}  ${countText(made.rows, 'row')} from ${countText(made.inputs, 'input')}`,
    facts(screen, [
      ['rows', made.output],
      ['set aside', made.setAsideFile],
      [
        'why',
        aside.length === 0 ? 'nothing was' : aside.map(([code, count]) => `${count} ${code}`).join(', '),
      ],
      ['teacher', plan.teacher.model],
      ['judge', plan.judge?.model ?? null],
      ['requests', requestsText(spent)],
      ['cost', spent.nowUsd === null ? 'not known' : costText(spent.nowUsd, spent.earlierUsd ?? 0)],
      ['as before', before && `the teacher says what ${before.same} of ${before.rows} rows said before`],
    ]),
    ...(made.budgetReached
      ? [screen.caution('The budget was reached. Raise it and run the same command again: it goes on.')]
      : []),
    ...(failed > 0
      ? [
          screen.caution(
            `${countText(failed, 'request')} failed. Run the same command again: it asks for these alone.`,
          ),
        ]
      : []),
    ...documentLines(screen, plan.documents),
    ...termsLines(screen, plan.terms),
    '',
    ...nextLines(screen, made),
  ].join('\n');
}

function nextLines(screen: Screen, { rows, output, format }: MadeDataset): string[] {
  if (rows === 0)
    return [screen.bad('There is no row to train on. What was set aside has its reason beside it.')];
  return [
    screen.dim('To train on them, add to data.sources (never to another split than train):'),
    `    - file: ${output}`,
    ...(format === null ? [] : [`      format: ${format}`]),
    '      split: train',
  ];
}

function requestsText({ requests, answeredBefore, lost }: MadeDataset['spent']): string {
  const parts = [`${requests.toLocaleString('en-US')} answered now`];
  if (answeredBefore > 0) parts.push(`${answeredBefore.toLocaleString('en-US')} in earlier runs`);
  if (lost > 0) parts.push(`${lost.toLocaleString('en-US')} sent earlier without an answer, perhaps charged`);
  return parts.join(', ');
}

const costText = (now: number, earlier: number): string =>
  earlier === 0 ? dollarsText(now) : `${dollarsText(now)} now, ${dollarsText(earlier)} in earlier runs`;

function termsLines(screen: Screen, check: TermsCheck): string[] {
  const title = {
    unknown: screen.caution('Terms of the teacher are not known: read them before you train on its answers.'),
    allowed: 'Training on its answers is allowed, as far as is known.',
    conditions: screen.caution('Training on its answers is allowed on conditions:'),
    restricted: screen.bad('TRAINING ON ITS ANSWERS MAY BE FORBIDDEN TO YOU:'),
    forbidden: screen.bad('TRAINING ON ITS ANSWERS IS FORBIDDEN:'),
  }[check.training];
  const lines = check.terms.map(({ title: name, summary, restsOn, url }) =>
    wrap(`  ${name}, ${restsOn}: ${summary} ${url}`, screen.columns - 2, '  '),
  );
  return [wrap(title, screen.columns), ...lines];
}

/** Files that gave nothing, and those that did not give all they hold. */
function documentLines(screen: Screen, documents: SpendingPlan['documents']): string[] {
  if (documents === null) return [];
  return [
    ...listed(screen, documents.unread, 'could not be used'),
    ...listed(screen, documents.incomplete, 'could be used in part'),
  ];
}

function listed(screen: Screen, files: readonly UnreadDocument[], what: string): string[] {
  if (files.length === 0) return [];
  return [
    screen.caution(`${countText(files.length, 'document')} ${what}`),
    ...files
      .slice(0, shown)
      .map(({ file, code, reason }) => oneLine(`  ${file}  ${code}: ${reason}`, screen.columns)),
    ...(files.length > shown ? [screen.dim(`  ${files.length - shown} more: --json`)] : []),
  ];
}
