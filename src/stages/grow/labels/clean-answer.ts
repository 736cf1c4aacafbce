import type { Task } from '../../../core/task.ts';

/** Reads a target out of an answer: a label of the set, JSON that fits the schema, or text. */
export type ReadTarget = (text: string) => { readonly value: string } | { readonly reason: string };

/** The target of an answer, as it stands or else without what models like to put around it. */
export function readAnswer(text: string, kind: Task['kind'], readTarget: ReadTarget): ReturnType<ReadTarget> {
  const asIs = readTarget(text.trim());
  if ('value' in asIs) return asIs;
  const cleaned = readTarget(cleanAnswer(text, kind));
  return 'value' in cleaned ? cleaned : asIs;
}

/** An answer without a code fence around it, and for a label without quotes, emphasis and the full stop. */
export function cleanAnswer(text: string, kind: Task['kind']): string {
  const trimmed = text.trim();
  if (kind === 'generate') return trimmed;
  const fenced = /^```\w*\s*\n([\s\S]*)\n```$/u.exec(trimmed)?.[1]?.trim() ?? trimmed;
  if (kind === 'extract') return fenced;
  return fenced
    .replace(/^["'`*]+/u, '')
    .replace(/["'`*.]+$/u, '')
    .trim();
}
