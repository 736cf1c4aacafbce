import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a name or address to listen on reaches only this machine. */
export function isLoopback(host: string): boolean {
  // What nearly every request says; the list is for other spellings.
  if (host === '127.0.0.1' || host === 'localhost') return true;
  const plain = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(plain);
  return version !== 0 && loopback.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Whether a request names this machine, and comes from no page of another site. A browser tells where a page that
 * asks is from; other clients tell nothing.
 */
export function comesFromHere({ host, origin }: IncomingHttpHeaders): boolean {
  if (host === undefined || !isLoopback(hostname(host))) return false;
  return origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname));
}

/** `host` without its port. */
function hostname(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase();
}
