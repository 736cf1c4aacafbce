import type { Decision } from '../../../app/app.ts';
import { numberText } from '../../../core/number-text.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { printable, wrap } from '../text.ts';

const titles: Readonly<Record<Decision['verdict'], string>> = {
  'keep-large-model': 'Keep the large model',
  'large-model-with-retrieval': 'Large model with retrieval',
  'own-specialist': 'Own a specialist',
  cascade: 'Cascade: a specialist, with the large model behind it',
  'not-enough-evidence': 'Not enough evidence yet',
};
/** Short enough to stand whole in a table. */
const options: Readonly<Record<keyof Decision['cost'], string>> = {
  'keep-large-model': 'keep large model',
  'large-model-with-retrieval': 'add retrieval',
  'own-specialist': 'own specialist',
  cascade: 'cascade',
};
const machines = { cpu: 'CPU', rentedGpu: 'rented GPU', ownedGpu: 'own GPU' } as const;

/** Bars and flips that are shown; all are in the JSON. */
const shownBars = 5;
const shownFlips = 6;

/** A verdict for people: the answer first, then why, what else, the money, and what to do. */
export function decisionScreen(screen: Screen, decision: Decision & { readonly report?: string }): string {
  const hard = decision.hard ? screen.dim('\n  (a hard constraint decides, whatever the cost)') : '';
  const blocks = [
    `${screen.bold('Verdict')}  ${screen.accent(titles[decision.verdict])}${hard}`,
    statements(screen, 'Why', decision.reasons),
    statements(screen, 'Against', decision.against),
    sentences(screen, 'Answers that do not go together', decision.contradictions),
    measuredText(screen, decision),
    sentences(
      screen,
      'Another way',
      decision.alternatives
        .filter(({ rule }) => !decision.reasons.some(reason => reason.rule === rule))
        .map(({ text }) => text),
    ),
    costTable(screen, decision),
    breakEvenText(screen, decision),
    tornadoTable(screen, decision),
    sentences(
      screen,
      'What would change it',
      decision.flips.slice(0, shownFlips).map(flip => flip.text),
    ),
    statements(screen, 'Risks that remain', decision.risks),
    assumptionsText(screen, decision),
    decision.report === undefined ? '' : `${screen.good('Wrote')}  ${decision.report}`,
    `${screen.dim('Next:')} ${wrap(printable(decision.nextStep.text), screen.columns - 6, '      ')}`,
  ];
  return blocks.filter(block => block !== '').join('\n\n');
}

/** Sentences with the rule and the source that each rests on. */
function statements(screen: Screen, title: string, list: Decision['reasons']): string {
  if (list.length === 0) return '';
  const lines = list.map(({ text, rule, source }) => {
    const sentence = wrap(printable(text), screen.columns - 4, '    ');
    return `  • ${sentence}\n    ${screen.dim(wrap(`[${rule}] ${printable(source)}`, screen.columns - 4, '    '))}`;
  });
  return [screen.bold(title), ...lines].join('\n');
}

function sentences(screen: Screen, title: string, list: readonly string[]): string {
  if (list.length === 0) return '';
  const lines = list.map(text => `  • ${wrap(printable(text), screen.columns - 4, '    ')}`);
  return [screen.bold(title), ...lines].join('\n');
}

/** What was measured instead of asked, under what it was measured on. */
function measuredText(screen: Screen, { measured }: Decision): string {
  if (measured.length === 0) return '';
  const lines = [...new Set(measured.map(({ source }) => source))].flatMap(source => [
    `  ${screen.dim(wrap(printable(source), screen.columns - 4, '  '))}`,
    ...measured
      .filter(fact => fact.source === source)
      .map(({ text }) => `  • ${wrap(printable(text), screen.columns - 4, '    ')}`),
  ]);
  return [`${screen.bold('Measured')}  ${screen.dim('brackets: 95 % intervals')}`, ...lines].join('\n');
}

function costTable(screen: Screen, { cost, requestsPerSecond, horizonMonths }: Decision): string {
  const rows = (Object.keys(cost) as (keyof Decision['cost'])[]).map(id => ({ id, ...cost[id] }));
  const forbidden = rows
    .filter(({ allowed }) => !allowed)
    .map(({ id }) => options[id])
    .join(', ');
  const runsOn = rows
    .flatMap(({ id, hardware, allowed, largeShare }) =>
      hardware === null || !allowed
        ? []
        : [`${options[id]} ${hardware.machines} × ${machines[hardware.id]}${sentOn(largeShare)}`],
    )
    .join(', ');
  const rate = `at ${numberText(requestsPerSecond * 86_400)} calls a day (${numberText(requestsPerSecond)} requests/s on average)`;
  return [
    `${screen.bold('Cost')}  ${screen.dim(wrap(`US dollars ${rate}; brackets: 90 % of the draws`, screen.columns - 6, '      '))}`,
    table(
      screen,
      [
        { title: 'OPTION', cell: row => options[row.id] },
        { title: '1,000 REQUESTS', cell: row => spanText(row.per1kRequestsUsd), wrapTo: 1 },
        {
          title: `SAVED IN ${horizonMonths} MONTHS`,
          cell: row => (row.id === 'keep-large-model' ? '-' : spanText(row.savingUsd)),
          wrapTo: 1,
        },
      ],
      rows,
    ),
    ...[
      runsOn === '' ? '' : `Machines: ${runsOn}.`,
      forbidden === '' ? '' : `Not allowed, shown to compare: ${forbidden}.`,
    ]
      .filter(line => line !== '')
      .map(line => `  ${wrap(line, screen.columns - 2, '  ')}`),
  ].join('\n');
}

/** What the machines leave to the large model; nothing where they answer all. */
function sentOn(largeShare: number): string {
  return largeShare < 0.005 ? '' : ` (${numberText(largeShare, 'percent')} to the large model)`;
}

/** US dollars with their interval; without one where both ends are the value. */
function spanText({ value, low, high }: Decision['cost'][keyof Decision['cost']]['savingUsd']): string {
  const [text, from, to] = [value, low, high].map(usd => numberText(usd, 'usd'));
  return from === to ? text! : `${text} [${from}, ${to}]`;
}

function breakEvenText(screen: Screen, { breakEven, requestsPerSecond, horizonMonths }: Decision): string {
  const name = breakEven.of === 'cascade' ? 'a cascade' : 'a specialist';
  const { requestsPerSecond: from, low, high, neverShare, date, months } = breakEven;
  const upTo = high === null ? 'no rate at all' : numberText(high);
  const never =
    neverShare === 0 ? '' : ` In ${numberText(neverShare, 'percent')} of the draws no rate is enough.`;
  // A rate may be enough today and yet not pay, as prices fall, or the other way round, as calls grow.
  const outlook = 'With prices and volume as assumed from then on, ';
  const text =
    from === null
      ? `At today’s prices ${name} is cheaper than the large model at no rate.`
      : `At today’s prices ${name} is cheaper from ${numberText(from)} requests/s on average (90 % of the draws: ${low === null ? '' : numberText(low)} to ${upTo}), which are ${numberText(from * 86_400)} a day; now it is ${numberText(requestsPerSecond)}.${never} ` +
        outlook +
        (date === null
          ? `what it costs to begin is not earned back within ${horizonMonths} months.`
          : `begun today, it has earned its cost back by ${date} (month ${months}).`);
  return `${screen.bold('Break-even')}\n  ${wrap(text, screen.columns - 2, '  ')}`;
}

function tornadoTable(screen: Screen, { tornado, breakEven, horizonMonths }: Decision): string {
  if (tornado.length === 0) return '';
  return [
    screen.bold('What matters most'),
    `  ${screen.dim(wrap(`saving of the ${options[breakEven.of]} over ${horizonMonths} months, one range at a time`, screen.columns - 2, '  '))}`,
    table(
      screen,
      [
        { title: 'QUANTITY', cell: quantityText, wrapTo: 12 },
        { title: 'LOW', cell: row => numberText(row.low), align: 'right' },
        { title: 'SAVES', cell: row => numberText(row.savingAtLowUsd, 'usd'), align: 'right' },
        { title: 'HIGH', cell: row => numberText(row.high), align: 'right' },
        { title: 'SAVES', cell: row => numberText(row.savingAtHighUsd, 'usd'), align: 'right' },
      ],
      tornado.slice(0, shownBars),
    ),
  ].join('\n');
}

/** Label and unit, unless the label says the unit already. */
function quantityText({ label, unit }: Decision['tornado'][number]): string {
  return label.includes(unit.split('/')[0]!) ? label : `${label}, ${unit}`;
}

/** How much of it is known, and how much assumed. */
function assumptionsText(screen: Screen, { assumptions }: Decision): string {
  const count = (...origins: string[]) => assumptions.filter(({ origin }) => origins.includes(origin)).length;
  const text = `${count('answer', 'converted')} numbers are answers, ${count('measured', 'configured')} measured or configured here, ${count('price-table')} from the price table, and ${count('default')} defaults; --json lists each with its source.`;
  return `${screen.bold('Rests on')}  ${wrap(text, screen.columns - 10, '          ')}`;
}
