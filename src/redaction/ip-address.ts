import { isIPv6 } from 'node:net';
import { type Detector, matchesOf, type Span } from './detector.ts';

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const version4 = new RegExp(String.raw`(?<![\w.])(?:${octet}\.){3}${octet}(?!\w|\.\d)`, 'g');
/** Hexadecimal digits and colons, as long as an address can be. */
const version6 = /(?<![\w:.])[0-9A-Fa-f:]{3,39}(?![\w:])/g;

/** Addresses of IPv4 and IPv6. */
export const ipAddress: Detector = {
  kind: 'IP',
  mayFind: text => /\d\.\d|:[0-9A-Fa-f]{0,4}:/.test(text),
  *find(text): Generator<Span> {
    yield* matchesOf(version4, text);
    for (const span of matchesOf(version6, text)) {
      if (isIPv6(text.slice(span.start, span.end))) yield span;
    }
  },
  normalize: value => value.toLowerCase(),
};
