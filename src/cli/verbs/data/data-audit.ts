import { resolve } from 'node:path';
import type { AuditOptions } from '../../../app/audit/views.ts';
import { auditScreen } from '../../render/screens/data/audit.ts';
import { type OverrideOptions, overridesOf, type Verb, type VerbContext } from '../../verb.ts';

interface Options
  extends Pick<AuditOptions, 'input' | 'output' | 'format' | 'kind' | 'contextTokens'>,
    Pick<OverrideOptions, 'threads'> {
  readonly validation?: string;
  readonly calibration?: string;
  readonly test?: string;
  readonly traffic?: string;
  readonly captures?: string | true;
  readonly with?: 'specialist';
  readonly specialist?: string;
}

const otherSplits = ['validation', 'calibration', 'test'] as const;

/** The specialist that judges labels; one that is named judges without `--with` too. */
export function judgeOptions(
  { currentDir }: Pick<VerbContext, 'currentDir'>,
  {
    with: judge,
    specialist,
  }: { readonly with?: 'specialist' | undefined; readonly specialist?: string | undefined },
): Pick<AuditOptions, 'specialist'> {
  if (specialist !== undefined) return { specialist: { dir: resolve(currentDir, specialist) } };
  return judge === undefined ? {} : { specialist: { dir: null } };
}

/** `stepdown data audit [file]`: what is wrong with the rows, with their numbers. */
export const auditData: Verb<Options> = async (context, options, file) => {
  const app = await context.openApp(overridesOf(options));
  const {
    validation: _,
    calibration: __,
    test: ___,
    traffic,
    captures,
    with: judge,
    specialist,
    ...rest
  } = options;
  const inFolder = (path: string) => resolve(context.currentDir, path);
  const others = otherSplits.flatMap(split => {
    const named = options[split];
    return named === undefined ? [] : [{ split, file: inFolder(named) }];
  });
  const audit = await app.auditData({
    ...rest,
    others,
    ...(file === undefined ? {} : { file: inFolder(file) }),
    ...(traffic === undefined ? {} : { traffic: inFolder(traffic) }),
    ...(captures === undefined ? {} : { captures: { alias: captures === true ? null : captures } }),
    ...judgeOptions(context, { with: judge, specialist }),
  });
  return { json: audit, text: screen => auditScreen(screen, audit) };
};
