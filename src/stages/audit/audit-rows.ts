import type { RowReference } from '../../core/audit.ts';
import type { Message, SplitName } from '../../core/example.ts';
import { canonicalJson } from '../../core/json.ts';
import type { TaskKind } from '../../core/task.ts';
import { TargetKind } from '../../core/task-kind.ts';
import { NumberColumn } from './columns/number-column.ts';
import { TextColumn } from './columns/text-column.ts';

/** A row as an audit is given it. */
export interface AuditRow {
  readonly line: number;
  readonly id: string | null;
  /** Equal keys are the same input. */
  readonly key: string;
  /** The input as a model is shown it. */
  readonly messages: readonly Message[];
  /** The input as text. */
  readonly text: string;
  readonly target: string;
}

/** A row that could not be read, and why. */
export interface UnusableRow {
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** One file of rows, read once, a row at a time. */
export interface AuditSource {
  readonly file: string;
  readonly split: SplitName | null;
  read(): AsyncIterable<AuditRow | UnusableRow>;
}

/** More bytes of text than this are not held: of later texts only the ends are. */
const maximumBytes = 400_000_000;
const keptBeginning = 600;
const keptEnd = 200;
/** Where there are more targets than this, they are no labels. */
const maximumLabels = 5_000;

/**
 * The rows of all files in columns, numbered from 0. It is what an audit holds of a million rows: the texts, and some
 * numbers a row.
 */
export class AuditRows {
  /** Rows whose text was cut to save memory. */
  cutTexts = 0;
  readonly #texts = new TextColumn();
  readonly #keys = new NumberColumn(length => new Float64Array(length));
  readonly #targets = new NumberColumn(length => new Float64Array(length));
  readonly #sources = new NumberColumn(length => new Uint16Array(length));
  readonly #lines = new NumberColumn(length => new Uint32Array(length));
  /** Empty where a row has none. */
  readonly #ids = new TextColumn();
  readonly #targetKind = new TargetKind();
  readonly #targetTexts = new Map<number, string>();
  readonly #files: readonly Pick<AuditSource, 'file' | 'split'>[];

  constructor(files: readonly Pick<AuditSource, 'file' | 'split'>[]) {
    this.#files = files;
  }

  get count(): number {
    return this.#texts.length;
  }

  /** The kind of task that the targets look like. */
  get taskKind(): TaskKind {
    return this.#targetKind.kind;
  }

  /** Whether the targets are so few that they can be labels. */
  get hasFewTargets(): boolean {
    return this.#targetTexts.size <= maximumLabels;
  }

  add(source: number, row: AuditRow): void {
    const target = hash53(comparable(row.target));
    if (!this.#targetTexts.has(target) && this.#targetTexts.size <= maximumLabels)
      this.#targetTexts.set(target, row.target);
    this.#targetKind.add(row.target);
    this.#texts.push(this.#kept(row.text));
    this.#keys.push(hash53(row.key));
    this.#targets.push(target);
    this.#sources.push(source);
    this.#lines.push(row.line);
    this.#ids.push(row.id ?? '');
  }

  text(row: number): string {
    return this.#texts.at(row);
  }

  /** 53-bit hash of the key; equal hashes are taken for equal inputs. */
  key(row: number): number {
    return this.#keys.at(row);
  }

  /** The keys of all rows. */
  keys(): Float64Array {
    return this.#keys.view();
  }

  /** 53-bit hash of the target. */
  targetHash(row: number): number {
    return this.#targets.at(row);
  }

  /** The hashes of all targets. */
  targetHashes(): Float64Array {
    return this.#targets.view();
  }

  /** Index of the source. */
  source(row: number): number {
    return this.#sources.at(row);
  }

  split(row: number): SplitName | null {
    return this.#files[this.source(row)]!.split;
  }

  /** The target as text; null where there is none, or there are too many to hold. */
  target(row: number): string | null {
    return this.targetText(this.targetHash(row)) || null;
  }

  /** The text of a target by its hash; null where there are too many to hold. */
  targetText(hash: number): string | null {
    return this.hasFewTargets ? (this.#targetTexts.get(hash) ?? null) : null;
  }

  reference(row: number): RowReference {
    const { file, split } = this.#files[this.source(row)]!;
    return { split, file, line: this.#lines.at(row), id: this.#ids.at(row) || null };
  }

  #kept(text: string): string {
    if (this.#texts.byteLength <= maximumBytes || text.length <= keptBeginning + keptEnd) return text;
    this.cutTexts += 1;
    return `${text.slice(0, keptBeginning)} ${text.slice(-keptEnd)}`;
  }
}

/** A target as it is compared: of two records that say the same, the keys may stand in another order. */
function comparable(target: string): string {
  if (!/^\s*[[{]/u.test(target)) return target;
  try {
    return canonicalJson(JSON.parse(target));
  } catch {
    return target;
  }
}

/** 53 bits of a hash of the text: two texts of a million share one with a probability below 0.0001. */
export function hash53(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
