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
const machines = { cpu: 'CPU', rentedGpu: 'rented GPU', ownedGpu: 'own GPU' } as const;

/** Bars and flips that are shown; all are in the JSON. */
const shownBars = 5;
const shownFlips = 6;

/** A verdict for people: the answer first, then why, what else, the money, and what to do. */
export function decisionScreen(screen: Screen, decision: Decision & { readonly report?: string }): string {
  const hard = decision.hard ? screen.dim('  (a hard constraint decides, whatever the cost)') : '';
  const blocks = [
    `${screen.bold('Verdict')}  ${screen.accent(titles[decision.verdict])}${hard}`,
    statements(screen, 'Why', decision.reasons),
    statements(screen, 'Against', decision.against),
    sentences(screen, 'Answers that do not go together', decision.contradictions),
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

function costTable(screen: Screen, { cost, requestsPerSecond, horizonMonths }: Decision): string {
  const rows = Object.entries(cost).map(([id, option]) => ({ id, ...option }));
  const rate = `at ${numberText(requestsPerSecond)} requests/s on average`;
  return [
    `${screen.bold('Cost')}  ${screen.dim(wrap(`US dollars ${rate}; brackets: 90 % of the draws`, screen.columns - 6, '      '))}`,
    table(
      screen,
      [
        { title: 'OPTION', cell: row => row.id, shrinkTo: 14 },
        { title: 'PER 1,000', cell: row => numberText(row.per1kRequestsUsd.value, 'usd'), align: 'right' },
        {
          title: '',
          cell: row =>
            `[${numberText(row.per1kRequestsUsd.low, 'usd')}, ${numberText(row.per1kRequestsUsd.high, 'usd')}]`,
        },
        {
          title: 'A MONTH',
          cell: row => numberText(row.monthlyUsd.value, 'usd'),
          align: 'right',
          optional: true,
        },
        {
          title: `SAVED ${horizonMonths} MO`,
          cell: row => (row.id === 'keep-large-model' ? '-' : numberText(row.savingUsd.value, 'usd')),
          align: 'right',
        },
        {
          title: 'ON',
          cell: machinesText,
          optional: true,
        },
      ],
      rows,
    ),
  ].join('\n');
}

function machinesText({ allowed, hardware }: Decision['cost'][keyof Decision['cost']]): string {
  if (!allowed) return 'not allowed';
  return hardware === null ? '' : `${hardware.machines} ${machines[hardware.id]}`;
}

function breakEvenText(screen: Screen, { breakEven, requestsPerSecond }: Decision): string {
  const name = breakEven.of === 'cascade' ? 'A cascade' : 'A specialist';
  const { requestsPerSecond: from, date, months } = breakEven;
  const text =
    from === null
      ? `${name} is cheaper than the large model at no rate.`
      : `${name} is cheaper from ${numberText(from)} requests/s on average (${numberText(from * 86_400)} a day); now it is ${numberText(requestsPerSecond)}. ` +
        (date === null
          ? 'What it costs to begin is not earned back within the horizon.'
          : `Begun today, it has earned its cost back by ${date} (month ${months}).`);
  return `${screen.bold('Break-even')}\n  ${wrap(text, screen.columns - 2, '  ')}`;
}

function tornadoTable(screen: Screen, { tornado, breakEven }: Decision): string {
  if (tornado.length === 0) return '';
  return [
    screen.bold('What matters most'),
    screen.dim(`  saving of the ${breakEven.of} at each end of a range`),
    table(
      screen,
      [
        { title: 'QUANTITY', cell: row => row.label, shrinkTo: 12 },
        { title: 'LOW', cell: row => numberText(row.low), align: 'right' },
        { title: 'SAVES', cell: row => numberText(row.savingAtLowUsd, 'usd'), align: 'right' },
        { title: 'HIGH', cell: row => numberText(row.high), align: 'right' },
        { title: 'SAVES', cell: row => numberText(row.savingAtHighUsd, 'usd'), align: 'right' },
      ],
      tornado.slice(0, shownBars),
    ),
  ].join('\n');
}

/** How much of it is known, and how much assumed. */
function assumptionsText(screen: Screen, { assumptions }: Decision): string {
  const count = (...origins: string[]) => assumptions.filter(({ origin }) => origins.includes(origin)).length;
  const text = `${count('answer', 'converted')} numbers are answers, ${count('measured', 'configured')} measured or configured here, ${count('price-table')} from the price table, and ${count('default')} defaults; --json lists each with its source.`;
  return `${screen.bold('Rests on')}  ${wrap(text, screen.columns - 10, '          ')}`;
}
