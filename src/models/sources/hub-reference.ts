import { ConfigError } from '../../core/errors/index.ts';

export interface HubReference {
  /** `org/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** One GGUF of the repository; null for the whole model as safetensors. */
  readonly file: string | null;
}

/**
 * Reads `hf:org/name[@revision][/file.gguf]`.
 * @throws ConfigError `reference-invalid`
 */
export function parseHubReference(reference: string): HubReference {
  const match = /^hf:([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w-][\w.-]*))?(?:\/([\w./ +-]+\.gguf))?$/.exec(
    reference,
  );
  if (match === null || !safeName(match[3] ?? 'none')) {
    throw new ConfigError(
      'reference-invalid',
      `"${reference}" is not a model on the hub`,
      'Write hf:org/name, hf:org/name@revision or hf:org/name/file.gguf.',
    );
  }
  return { repository: match[1] ?? '', revision: match[2] ?? 'main', file: match[3] ?? null };
}

/** A relative name that stays below its folder. */
export function safeName(name: string): boolean {
  return (
    /^[\w ./+-]+$/.test(name) &&
    !name.startsWith('/') &&
    !name.split('/').some(part => part === '' || /^\.+$/.test(part))
  );
}
