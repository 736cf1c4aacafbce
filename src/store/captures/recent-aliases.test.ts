import { describe, expect, it } from 'vitest';
import { RecentAliases } from './recent-aliases.ts';

describe('the recent aliases', () => {
  it('hold the newest 20,000 captures and no others', () => {
    const recent = new RecentAliases();
    for (let index = 0; index < 45_000; index += 1) recent.add(`r${index}`, index % 2 === 0 ? 'even' : 'odd');
    expect(recent.get('r24999')).toBeUndefined();
    expect(recent.get('r25000')).toBe('even');
    expect(recent.get('r39999')).toBe('odd');
    expect(recent.get('r40000')).toBe('even');
    expect(recent.get('r44999')).toBe('odd');
  });
});
