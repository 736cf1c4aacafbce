import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector as Connector } from 'undici';
import { UpstreamError } from '../../core/errors/index.ts';
import { isPrivateAddress, withoutBrackets } from './private-address.ts';
import { buildConnector } from './undici-parts.ts';

const connectTimeoutMs = 10_000;

/**
 * Opens connections to public addresses only, unless private ones are allowed. The address that is connected to
 * is the one that was checked: a name that resolves differently a moment later (DNS rebinding) gains nothing.
 * @throws UpstreamError `upstream-address-refused`, to the callback
 */
export function guardedConnector(
  allowPrivate: boolean,
  lookup: LookupFunction = systemLookup as LookupFunction,
): Connector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    lookup: allowPrivate ? lookup : guardedLookup(lookup),
  } as Connector.BuildOptions);
  if (allowPrivate) return connect;
  return (options, callback) => {
    // A literal address is connected to without a lookup.
    const host = withoutBrackets(options.hostname);
    if (isIP(host) !== 0 && isPrivateAddress(host)) return callback(refusedAddress(host), null);
    connect(options, (...[error, socket]: Parameters<Connector.Callback>) => {
      if (error !== null) return callback(error, null);
      // The last word has the connection itself, whatever way led to it.
      if (socket.remoteAddress !== undefined && isPrivateAddress(socket.remoteAddress)) {
        socket.destroy();
        return callback(refusedAddress(host), null);
      }
      callback(null, socket);
    });
  };
}

/** A lookup that fails where any address of the name is private. */
function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [] as never);
      const all = addresses as unknown as { address: string; family: number }[];
      if (all.length === 0 || all.some(({ address }) => isPrivateAddress(address))) {
        return callback(refusedAddress(hostname) as NodeJS.ErrnoException, [] as never);
      }
      if (options.all === true) return callback(null, all as never);
      callback(null, all[0]!.address, all[0]!.family);
    });
  };
}

function refusedAddress(host: string): UpstreamError & NodeJS.ErrnoException {
  return new UpstreamError(
    'upstream-address-refused',
    `${host} is an address of this machine or of a private network`,
    'Set `allowPrivate: true` at this upstream if it is meant to be on-premises.',
  );
}
