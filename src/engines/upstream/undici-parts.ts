import type * as undici from 'undici';
// @ts-expect-error undici has types for its index only
import connect from 'undici/lib/core/connect.js';
// @ts-expect-error undici has types for its index only
import pool from 'undici/lib/dispatcher/pool.js';

/*
 * What a gateway uses of undici. Its index loads fetch, caches, mocks and web sockets as well: 3 MB of heap in a process
 * that runs for months.
 */

/** Connections to one server. */
export const Pool = pool as typeof undici.Pool;
/** Opens a connection. */
export const buildConnector = connect as typeof undici.buildConnector;
