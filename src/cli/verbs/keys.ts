import { resolve } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { Budget } from '../commands/budget.ts';
import { createdKeyScreen, keysScreen } from '../render/screens/serving/keys.ts';
import type { Verb, VerbContext } from '../verb.ts';

interface KeyVerbOptions {
  readonly config?: string;
}

interface CreateOptions extends KeyVerbOptions {
  readonly name: string;
  readonly alias?: readonly string[];
  readonly admin?: boolean;
  readonly expires?: string;
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly budgetRequests?: readonly Budget[];
  readonly budgetTokens?: readonly Budget[];
  readonly budgetUsd?: readonly Budget[];
}

/** `stepdown keys create`. */
export const createKey: Verb<CreateOptions> = async (context, options) => {
  const { name, alias, admin = false, expires } = options;
  const app = await open(context, options);
  const created = await app.createKey({
    name,
    aliases: [...(alias ?? (admin ? [] : ['*']))],
    admin,
    expiresAt: expires === undefined ? null : expiry(expires, Date.now()),
    limits: limitsOf(options),
  });
  return { json: created, text: screen => createdKeyScreen(screen, created) };
};

/** `stepdown keys list`. */
export const listKeys: Verb<KeyVerbOptions> = async (context, options) => {
  const keys = await (await open(context, options)).listKeys();
  return { json: { keys }, text: screen => keysScreen(screen, keys) };
};

/** `stepdown keys revoke <id>`. */
export const revokeKey: Verb<KeyVerbOptions> = async (context, options, id) => {
  const key = await (await open(context, options)).revokeKey(id!);
  return { json: key, text: () => `Key ${key.id} is revoked.` };
};

function open(context: VerbContext, { config }: KeyVerbOptions) {
  return context.openApp({}, config === undefined ? undefined : resolve(context.currentDir, config));
}

function limitsOf(options: CreateOptions) {
  const { requestsPerMinute, tokensPerMinute } = options;
  const limits: Record<string, Record<string, number>> = {};
  const set = (period: string, dimension: string, amount: number | undefined) => {
    if (amount !== undefined) limits[period] = { ...limits[period], [dimension]: amount };
  };
  set('minute', 'requests', requestsPerMinute);
  set('minute', 'tokens', tokensPerMinute);
  for (const { period, amount } of options.budgetRequests ?? []) set(period, 'requests', amount);
  for (const { period, amount } of options.budgetTokens ?? []) set(period, 'tokens', amount);
  for (const { period, amount } of options.budgetUsd ?? []) set(period, 'costUsd', amount);
  return limits;
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws ConfigError `expiry-invalid` */
function expiry(text: string, now: number): string {
  const [, amount, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const isTime = /^\d{4}-\d{2}-\d{2}/.test(text);
  const at =
    amount === undefined ? (isTime ? Date.parse(text) : Number.NaN) : now + Number(amount) * unitMs[unit]!;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new ConfigError(
    'expiry-invalid',
    `--expires takes no "${text.slice(0, 40)}"`,
    'Give a time from now such as 90d, 12h or 30m, or an ISO 8601 time such as 2027-01-31.',
  );
}
