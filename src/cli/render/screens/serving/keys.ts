import type { KeyVerbs } from '../../../../app/keys/views.ts';
import { type KeyLimits, limitPeriods } from '../../../../core/access-key.ts';
import { dollarsText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { oneLine } from '../../text.ts';
import { facts } from '../facts.ts';

type KeyView = Awaited<ReturnType<KeyVerbs['listKeys']>>[number];
type CreatedKey = Awaited<ReturnType<KeyVerbs['createKey']>>;

/** A key, the once that it is shown. */
export function createdKeyScreen(screen: Screen, created: CreatedKey): string {
  return [
    screen.bold(created.key),
    screen.caution('Keep it now: only its hash is stored, and it is never shown again.'),
    '',
    facts(screen, [
      ['id', created.id],
      ['name', created.name],
      ['scope', scopeText(created)],
      ['expires', created.expiresAt ?? 'never'],
      ['limits', limitsText(created.limits)],
    ]),
  ].join('\n');
}

/** Keys, a line each. */
export function keysScreen(screen: Screen, keys: readonly KeyView[]): string {
  if (keys.length === 0) return `No keys yet. ${screen.accent('stepdown keys create')} makes the first.`;
  return table(
    screen,
    [
      { title: 'ID', cell: key => key.id },
      { title: 'NAME', cell: key => oneLine(key.name, 40), shrinkTo: 8 },
      { title: 'STATUS', cell: key => key.status },
      { title: 'SCOPE', cell: key => oneLine(scopeText(key), 40), shrinkTo: 8 },
      { title: 'REQUESTS', cell: key => key.used.total.requests.toLocaleString('en-US'), align: 'right' },
      { title: 'TOKENS', cell: key => key.used.total.tokens.toLocaleString('en-US'), align: 'right' },
      { title: 'SPENT', cell: key => dollarsText(key.used.total.costUsd), align: 'right' },
      { title: 'LAST USED', cell: key => key.lastUsedAt?.slice(0, 16) ?? 'never' },
      { title: 'LIMITS', cell: key => limitsText(key.limits), shrinkTo: 10, optional: true },
    ],
    keys,
  );
}

function scopeText({ aliases, admin }: Pick<KeyView, 'aliases' | 'admin'>): string {
  const names = aliases.map(alias => (alias === '*' ? 'every alias' : alias));
  return [...names, ...(admin ? ['admin'] : [])].join(', ');
}

function limitsText(limits: KeyLimits): string {
  const parts = limitPeriods.flatMap(period => {
    const { requests, tokens, costUsd } = limits[period] ?? {};
    const per = period === 'total' ? ' in all' : `/${period}`;
    return [
      requests === undefined ? null : `${requests} requests${per}`,
      tokens === undefined ? null : `${tokens} tokens${per}`,
      costUsd === undefined ? null : `$${costUsd}${per}`,
    ];
  });
  return parts.filter(part => part !== null).join(', ') || 'none';
}
