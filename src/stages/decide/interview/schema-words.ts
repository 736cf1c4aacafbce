import { z } from 'zod';
import { answersSchema } from '../schema.ts';

interface Node {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
}

const tree = z.toJSONSchema(answersSchema, { io: 'input', unrepresentable: 'any' }) as Node;

function nodeAt(key: string): Node {
  const found = key.split('.').reduce<Node | undefined>((node, step) => node?.properties?.[step], tree);
  if (found === undefined) throw new Error(`The answers have no key ${key}`);
  return found;
}

/** Why a key of the answers is asked for: what its schema says after the sentence on what it is. */
export function reasonOf(key: string): string {
  return (nodeAt(key).description ?? '').replace(/^.*?\. /, '');
}

/** The words that a key of the answers takes; empty where it takes no words. */
export function wordsOf(key: string): readonly string[] {
  return (nodeAt(key).enum ?? []).map(String);
}
