import type { Detector, Span } from './detector.ts';

/** RFC 5321 4.5.3.1: octets of the part before the @, and of the domain. */
const maxLocal = 64;
const maxDomain = 255;
/** Without `=`, `/` and the like, which addresses may hold by RFC 5322 but which mostly part them from other text. */
const localCharacter = /[\p{L}\p{N}.!#$%&'*+_~-]/u;
const domainCharacter = /[\p{L}\p{N}.-]/u;

/** E-mail addresses. @see https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2 */
export const email: Detector = {
  kind: 'EMAIL',
  mayFind: text => text.includes('@'),
  find,
  normalize: value => value.toLowerCase(),
};

/** Looks a bounded way left and right of each @, so that no text makes it slow. */
function* find(text: string): Generator<Span> {
  let from = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > from && at - start < maxLocal && localCharacter.test(text.charAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && end - at <= maxDomain && domainCharacter.test(text.charAt(end))) end += 1;
    while (/[.-]/.test(text.charAt(end - 1))) end -= 1;
    while (/['.]/.test(text.charAt(start)) && start < at) start += 1;
    if (start === at || !/^[^.].*\.\p{L}{2,}$/u.test(text.slice(at + 1, end))) continue;
    yield { start, end };
    from = end;
  }
}
