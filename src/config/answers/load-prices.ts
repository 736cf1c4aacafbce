import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../core/errors/index.ts';
import { pricesSchema } from '../../stages/decide/schema.ts';
import { type ConfigProblem, configInvalid, describeIssues } from '../yaml/problems.ts';
import type { JsonSchemaNode } from '../yaml/schema-tree.ts';
import { readYaml } from '../yaml/yaml-source.ts';

/**
 * Reads a user's own list prices. All problems are shown together.
 * @param path absolute
 * @throws ConfigError `prices-missing` | `prices-invalid` | `config-unreadable` | `config-too-large`
 */
export async function loadPrices(path: string): Promise<z.infer<typeof pricesSchema>> {
  if (!existsSync(path))
    throw new ConfigError(
      'prices-missing',
      `There is no price list ${path}`,
      'Name a file with --prices or incumbent.prices; docs/guide/decide.md has one to begin with.',
      { details: { file: basename(path) } },
    );
  const source = await readYaml(path);
  const syntax = source.syntaxProblems.map(
    ({ message, ...position }): ConfigProblem => ({ position, key: '', message, suggestion: null }),
  );
  if (syntax.length > 0) throw pricesInvalid(source.file, syntax);
  const parsed = pricesSchema.safeParse(source.value);
  if (parsed.success) return parsed.data;
  const tree = z.toJSONSchema(pricesSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchemaNode;
  throw pricesInvalid(source.file, describeIssues(parsed.error.issues, source.value, source, tree));
}

function pricesInvalid(file: string, problems: readonly ConfigProblem[]): ConfigError {
  const { message, details } = configInvalid(file, problems);
  return new ConfigError(
    'prices-invalid',
    message,
    'Write a list of entries with model, input, cachedInput, output (US dollars a million tokens), date and source.',
    { details },
  );
}
