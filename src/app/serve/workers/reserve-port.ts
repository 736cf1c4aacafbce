import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { PrerequisiteError } from '../../../core/errors/index.ts';

/**
 * A port that can be listened on: the one asked for, or a free one for 0. Processes that share a port must ask for
 * the same number, and one that starts later must get what the earlier ones have.
 * @throws PrerequisiteError `port-unavailable`
 */
export async function reservePort(host: string, port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (cause) {
    throw new PrerequisiteError(
      'port-unavailable',
      `Cannot listen on ${host}, port ${port} (${(cause as NodeJS.ErrnoException).code})`,
      'Choose another address with --host and --port; port 0 takes a free one.',
      { cause },
    );
  } finally {
    server.close();
  }
}
