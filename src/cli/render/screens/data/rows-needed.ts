import type { RowsNeededView } from '../../../../app/app.ts';
import { countText, decimal } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { wrap } from '../../text.ts';

type Case = RowsNeededView['cases'][number];

const names: Readonly<Record<Case['assumption'], string>> = {
  alike: 'they err alike',
  typical: 'in between',
  independent: 'independently',
  stated: 'as stated',
};

/** Test rows to plan for, and what the present ones can show. */
export function rowsNeededScreen(screen: Screen, view: RowsNeededView): string {
  const { difference, margin, power, score, testSet } = view;
  const count = (value: number) => value.toLocaleString('en-US');
  const title = `${screen.bold('Test rows')}  ${wrap(`to show a difference of ${difference} from ${score}${view.isScoreAssumed ? ' (assumed)' : ''}, power ${power}`, screen.columns - 11, '  ')}`;
  const needed = table(
    screen,
    [
      { title: 'THE TWO SYSTEMS', cell: (row: Case) => names[row.assumption] },
      { title: 'AGREE ON', cell: (row: Case) => decimal(row.agreement), align: 'right' },
      { title: 'ROWS TO SHOW IT', cell: (row: Case) => count(row.rows), align: 'right' },
      { title: `ROWS FOR GATE ${margin}`, cell: (row: Case) => count(row.gateRows), align: 'right' },
    ],
    view.cases,
  );
  const present =
    testSet === null
      ? [
          screen.dim(
            wrap(
              'No frozen test split here: in a workspace, what its rows can show stands below.',
              screen.columns,
            ),
          ),
        ]
      : [
          `${screen.bold('Now')}  ${wrap(`${countText(testSet.rows, 'test row')}${testSet.groups < testSet.rows ? ` in ${countText(testSet.groups, 'group')}: they count for less than as many single rows` : ''}`, screen.columns - 5, '     ')}`,
          table(
            screen,
            [
              { title: 'THE TWO SYSTEMS', cell: (row: Case) => names[row.assumption] },
              {
                title: 'SMALLEST DIFFERENCE SHOWN',
                cell: ({ present: shown }: Case) =>
                  shown?.difference == null ? 'none' : decimal(shown.difference),
                align: 'right',
              },
              {
                title: 'SMALLEST GATE MARGIN',
                cell: ({ present: shown }: Case) => (shown === null ? '-' : decimal(shown.margin)),
                align: 'right',
              },
            ],
            view.cases,
          ),
        ];
  const note =
    'Show: a two-sided 95 % test (McNemar) finds a difference that is there. Gate: a system as good as the other is shown not to be worse by more than the margin. Nobody knows how alike two systems err before both have answered, so plan with the row you can believe.';
  return [title, needed, '', ...present, '', screen.dim(wrap(note, screen.columns))].join('\n');
}
