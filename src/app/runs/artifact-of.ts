import type { Artifact } from '../../core/artifact.ts';

/** The artifact of a kind among a stage's outputs, which always leaves one. */
export function artifactOf(outputs: readonly Artifact[], kind: string): Artifact {
  const found = outputs.find(output => output.kind === kind);
  if (!found) throw new Error(`no ${kind} among ${outputs.map(output => output.kind).join(', ')}`);
  return found;
}
