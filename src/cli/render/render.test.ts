import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesText,
  decimal,
  differenceText,
  dollarsText,
  durationText,
  estimateText,
  parametersText,
} from './numbers.ts';
import { createProgress } from './progress.ts';
import { createScreen } from './screen.ts';
import { table } from './table.ts';
import { oneLine, placeText, printable, truncate, visibleLength, wrap } from './text.ts';

const screen = createScreen({ columns: 80, colour: false });

describe('numbers', () => {
  it('never shows a value without its interval and rows', () => {
    const estimate = { value: 0.7581, low: 0.6762, high: 0.8249, n: 124, method: 'wilson', confidence: 0.95 };
    expect(estimateText(estimate)).toBe('0.758 [0.676, 0.825] (n=124)');
    expect(differenceText({ ...estimate, value: 0.03, low: -0.01 })).toBe('+0.030 [-0.010, +0.825] (n=124)');
    expect(estimateText({ ...estimate, n: 0 })).toBe('no scored rows (n=0)');
    expect(estimateText(null)).toBe('not measured');
  });

  it('shows no negative zero', () => {
    expect(decimal(-0.0001)).toBe('0.000');
    expect(decimal(-0)).toBe('0.000');
  });

  it('rounds sizes and durations into the unit a person would say', () => {
    expect([0, 999, 1000, 94_300_000, 999_600_000, 2.1e9].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '94.3 MB',
      '1.0 GB',
      '2.1 GB',
    ]);
    expect(bytesText(null)).toBe('unknown');
    expect([0.04, 9.97, 59.6, 204, 3599.9, 3900].map(durationText)).toEqual([
      '0.0 s',
      '10 s',
      '1 min 00 s',
      '3 min 24 s',
      '1 h 00 min',
      '1 h 05 min',
    ]);
    expect([134_515_008, 1.7e9, 999].map(parametersText)).toEqual(['135M', '1.7B', '999']);
    expect([0, 0.42, 0.0031, null].map(dollarsText)).toEqual(['$0.00', '$0.42', '$0.0031', 'unknown']);
  });
});

describe('tables with columns that wrap', () => {
  it('lose nothing where they are narrow: words and intervals stay whole, on more lines', () => {
    const rows = [
      ['keep large model', '$1,234.56 [$1,000.00, $9,876.54]'],
      ['cascade', '$3.00 [$2.00, $4.00]'],
    ];
    const drawn = table(
      createScreen({ columns: 44, colour: false }),
      [
        { title: 'OPTION', cell: row => row[0]! },
        { title: 'SAVED', cell: row => row[1]!, wrapTo: 8 },
      ],
      rows,
    );
    expect(drawn.split('\n')).toEqual([
      '  OPTION            SAVED',
      '  keep large model  $1,234.56',
      '                    [$1,000.00, $9,876.54]',
      '  cascade           $3.00 [$2.00, $4.00]',
    ]);
  });
});

describe('tables', () => {
  const columns = [
    { title: 'NAME', cell: (row: string[]) => row[0]!, shrinkTo: 6 },
    { title: 'SIZE', cell: (row: string[]) => row[1]!, align: 'right' as const },
    { title: 'NOTE', cell: (row: string[]) => row[2]!, optional: true },
  ];

  it('aligns columns and pads nothing at the end of a line', () => {
    expect(
      table(screen, columns, [
        ['a', '1 kB', 'x'],
        ['bcd', '22 kB', ''],
      ]),
    ).toBe(['  NAME   SIZE  NOTE', '  a      1 kB  x', '  bcd   22 kB'].join('\n'));
  });

  it('cuts the column that may give way, and drops the optional one only when that is not enough', () => {
    const narrow = createScreen({ columns: 40, colour: false });
    const long = 'a very long name that does not fit in forty columns';
    expect(table(narrow, columns, [[long, '1 kB', 'x']])).toBe(
      ['  NAME                        SIZE  NOTE', '  a very long name that doe…  1 kB  x'].join('\n'),
    );
    expect(table(narrow, columns, [[long, '1 kB', 'a note that takes all the room there is']])).not.toContain(
      'NOTE',
    );
  });

  it('gives East Asian characters and emoji the two columns they take on a terminal', () => {
    const names = ['液压软管泄漏', '🔧 hose', 'héllo', 'plain'];
    const drawn = table(
      screen,
      columns,
      names.map(name => [name, '1 kB', 'x']),
    ).split('\n');
    const before = drawn.slice(1).map(line => visibleLength(line.slice(0, line.indexOf('1 kB'))));
    expect(new Set(before).size).toBe(1);
    expect(truncate('液压软管泄漏', 6)).toBe('液压…');
    expect(placeText({ file: '故障报告.jsonl', line: 7 }, 10)).toBe('….jsonl:7');
  });

  it('never draws a line wider than the screen while a column may give way', () => {
    const cell = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, fc.string({ maxLength: 12 }), cell)), rows => {
        const drawn = table(
          screen,
          columns,
          rows.map(row => row.map(cell => oneLine(cell, 200))),
        );
        for (const line of drawn.split('\n')) expect(visibleLength(line)).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('text', () => {
  it('takes out whatever could steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
        expect(printable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('wraps at spaces, indents what follows and keeps a command in one piece', () => {
    expect(wrap('Report it with the output of `stepdown doctor --json`.', 40, '  ')).toBe(
      'Report it with the output of\n  `stepdown doctor --json`.',
    );
  });

  it('marks what was cut', () => {
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('abcd', 4)).toBe('abcd');
    expect(truncate('', 0)).toBe('');
  });
});

describe('progress', () => {
  function render(live: boolean) {
    let written = '';
    let clock = 0;
    const progress = createProgress({
      output: {
        isTTY: live,
        columns: live ? 80 : null,
        write: text => {
          written += text;
        },
      },
      screen,
      live,
      now: () => clock,
    });
    return {
      progress,
      written: () => written,
      wait: (seconds: number) => {
        clock += seconds * 1000;
      },
    };
  }

  it('writes a log line at most every 15 seconds when it is not on a terminal', () => {
    const { progress, written, wait } = render(false);
    progress.say('Training');
    for (let step = 1; step <= 60; step++) {
      wait(1);
      progress.update(`step ${step}`, step / 120);
    }
    expect(written().split('\n').filter(Boolean)).toEqual([
      'Training',
      'step 15 (12%, 1 min 45 s left)',
      'step 30 (25%, 1 min 30 s left)',
      'step 45 (37%, 1 min 15 s left)',
      'step 60 (50%, 1 min 00 s left)',
    ]);
  });

  it('breaks what it says between words on a terminal, and not in a log', () => {
    const long = `layerShare 0.5 (${'half of the layers '.repeat(8)})`;
    const [terminal, log] = [render(true), render(false)];
    for (const { progress } of [terminal, log]) progress.say(long);
    const lines = terminal.written().trimEnd().split('\n');
    expect(Math.max(...lines.map(visibleLength))).toBeLessThanOrEqual(80);
    expect(lines.slice(1).every(line => /^ {2}\S/.test(line))).toBe(true);
    expect(log.written()).toBe(`${long}\n`);
  });

  it('redraws one line on a terminal, within its width', () => {
    const { progress, written, wait } = render(true);
    for (let step = 0; step < 10; step++) {
      progress.update(`step ${step} `.repeat(20), step / 10);
      wait(1);
    }
    expect(written()).not.toContain('\n');
    for (const line of written().split('\r\u001b[2K')) expect(visibleLength(line)).toBeLessThan(80);
    progress.say('done');
    expect(written().endsWith('\r\u001b[2Kdone\n')).toBe(true);
  });

  it('measures the time left from where resumed work began', () => {
    const { progress, written, wait } = render(false);
    progress.update('step', 0.5);
    wait(25);
    progress.update('step', 0.75);
    expect(written()).toBe('step (75%, 25 s left)\n');
  });

  it('starts the time left over when other work begins', () => {
    const { progress, written, wait } = render(false);
    progress.update('one', 0.9);
    wait(20);
    progress.update('two', 0.1);
    expect(written()).toBe('two (10%)\n');
  });
});
