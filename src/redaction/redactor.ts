import { createHmac } from 'node:crypto';
import { type Detector, hasCloseDigits, type Span } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { nationalId } from './national-id.ts';
import { paymentCard } from './payment-card.ts';
import { phone } from './phone.ts';
import { plainSpelling } from './plain-spelling.ts';
import { secret } from './secret.ts';

/** Replaces what it finds in the texts of one capture: the same value gets the same placeholder in all of them. */
export type Redaction = (text: string) => string;

/** Makes redactions; one serves all captures of a gateway. */
export interface Redactor {
  /** Begins a capture. */
  begin(): Redaction;
}

export interface RedactorOptions {
  /** The operator's own, see customDetector; they win over the built-in ones. */
  readonly custom?: readonly Detector[];
  /** With a key, placeholders hold a keyed hash, so that a value has the same one in all captures. */
  readonly key?: string | null;
}

interface Found extends Span {
  readonly detector: Detector;
}

/** Where several match, the first says what it is. */
const builtIn: readonly Detector[] = [secret, email, iban, paymentCard, nationalId, phone, ipAddress];

/**
 * Finds e-mail addresses, phone numbers, IBANs, payment cards, national ids, IP addresses, secrets, and what the
 * operator's own patterns match, and writes placeholders in their places: `[EMAIL_1]`.
 */
export function createRedactor({ custom = [], key = null }: RedactorOptions = {}): Redactor {
  const detectors = [...custom, ...builtIn];
  return {
    begin: () => {
      // Made when something is found: most captures hold nothing.
      let placeholder: Placeholder | null = null;
      return text => {
        const plain = plainSpelling(text);
        // The operator's own patterns are for the text as it stands.
        const found = spansIn(plain, builtIn);
        if (custom.length > 0) found.push(...spansIn(text, custom));
        if (found.length === 0) return text;
        placeholder ??= key === null ? numbered() : keyed(key);
        return redacted({ text, plain }, merged(found, detectors), placeholder);
      };
    },
  };
}

/** What kinds of personal data and secrets a text holds, in its order, each kind once. */
export function sensitiveKinds(text: string): string[] {
  const found = spansIn(plainSpelling(text), builtIn);
  return [...new Set(merged(found, builtIn).map(({ detector }) => detector.kind))];
}

/** The text with numbers and hashes taken out of its placeholders: equal for equal texts of two captures. */
export function withoutNumbers(text: string): string {
  return text.replace(/\[([A-Z][A-Z0-9_]{0,63})_(?:\d{1,9}|[0-9a-f]{16})\]/g, '[$1]');
}

type Placeholder = (kind: string, value: string) => string;

function redacted(
  { text, plain }: { readonly text: string; readonly plain: string },
  found: readonly Found[],
  placeholder: Placeholder,
): string {
  let written = '';
  let from = 0;
  for (const { start, end, detector } of found) {
    // One value, however it is spelt, has one placeholder.
    const value = plain.slice(start, end);
    written += text.slice(from, start) + placeholder(detector.kind, detector.normalize?.(value) ?? value);
    from = end;
  }
  return written + text.slice(from);
}

function spansIn(text: string, detectors: readonly Detector[]): Found[] {
  const found: Found[] = [];
  const closeDigits = hasCloseDigits(text);
  for (const detector of detectors) {
    if (!detector.mayFind(text, closeDigits)) continue;
    for (const { start, end } of detector.find(text)) found.push({ start, end, detector });
  }
  return found;
}

/** Overlapping spans as one, so that no end of one is left standing; in the order of the text. */
function merged(found: Found[], detectors: readonly Detector[]): Found[] {
  const rank = (one: Found) => detectors.indexOf(one.detector);
  const spans: Found[] = [];
  for (const next of found.sort((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b))) {
    const before = spans.at(-1);
    if (before === undefined || next.start >= before.end) {
      spans.push(next);
      continue;
    }
    const first = rank(next) < rank(before) ? next : before;
    const end = Math.max(before.end, next.end);
    spans[spans.length - 1] = { start: before.start, end, detector: first.detector };
  }
  return spans;
}

function numbered(): Placeholder {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  return (kind, value) => {
    const key = `${kind}\u0000${value}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const made = `[${kind}_${number}]`;
    known.set(key, made);
    return made;
  };
}

function keyed(key: string): Placeholder {
  return (kind, value) => {
    const hash = createHmac('sha256', key).update(`${kind}\u0000${value}`).digest('hex').slice(0, 16);
    return `[${kind}_${hash}]`;
  };
}
