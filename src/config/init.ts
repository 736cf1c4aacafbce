import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigError } from '../core/errors/index.ts';
import type { TaskKind } from '../core/task.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { isFile } from '../files/path-kind.ts';
import { configJsonSchema } from './json-schema.ts';
import { configFileName } from './load.ts';
import { starterConfig } from './starter.ts';

/** JSON Schema for editors, relative to the workspace. */
const schemaFileName = '.stepdown/stepdown.schema.json';

/** Paths that were written, absolute. */
export interface InitResult {
  readonly config: string;
  readonly schema: string;
}

/**
 * Writes a commented stepdown.yaml for a kind of task, and the JSON Schema its first line points editors to.
 * @throws ConfigError `config-exists` | `name-invalid` | `workspace-is-file`
 */
export async function initWorkspace(options: {
  readonly workspaceDir: string;
  readonly kind: TaskKind;
  /** Name of the specialist; made from the folder's name when absent. */
  readonly name?: string;
}): Promise<InitResult> {
  const config = join(options.workspaceDir, configFileName);
  const schema = join(options.workspaceDir, schemaFileName);
  if (await isFile(options.workspaceDir)) {
    throw new ConfigError(
      'workspace-is-file',
      `${options.workspaceDir} is a file`,
      'Name a folder with --workspace; it is made where there is none.',
    );
  }
  if (await exists(config)) {
    throw new ConfigError(
      'config-exists',
      `${config} is there already`,
      'Edit it, or name another folder with --workspace DIR. stepdown never overwrites it.',
      { details: { file: config } },
    );
  }
  const name = options.name ?? nameFrom(basename(options.workspaceDir));
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new ConfigError(
      'name-invalid',
      `"${name}" cannot name a specialist`,
      'Use lower-case letters, digits and hyphens, at most 63: --name fault-triage.',
    );
  }
  await writeFileAtomic(schema, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  await writeFileAtomic(config, starterConfig(options.kind, name));
  return { config, schema };
}

function nameFrom(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'specialist' : name;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
