import { PrerequisiteError } from '../../../core/errors/index.ts';
import type { CommandResult } from '../../../processes/run-command.ts';

const diskFull = /No space left on device|ENOSPC|Disk quota exceeded|not enough space on the disk/i;
const unreachable =
  /NewConnectionError|NameResolutionError|Temporary failure in name resolution|getaddrinfo failed|ConnectTimeout|Connection refused|Network is unreachable|ProxyError|Read timed out|Max retries exceeded|connection broken by|error sending request|dns error|failed to lookup address/i;

/** The error for an installer that failed, by what it wrote; its last lines go along, without secrets. */
export function installFailure(what: string, result: CommandResult): PrerequisiteError {
  const tail = tailOf(result.output);
  const details = { details: { output: tail, status: result.status } };
  const text = result.output;
  if (diskFull.test(text))
    return new PrerequisiteError(
      'disk-full',
      `No space left while installing ${what}`,
      'Free disk space (about 3 GB without a GPU, 10 GB with one), or point STEPDOWN_CACHE at a larger disk, and run the same command again.',
      details,
    );
  if (unreachable.test(text))
    return new PrerequisiteError(
      'network-unreachable',
      `A package index could not be reached while installing ${what}:\n${tail}`,
      'Check the network and the proxy, or point STEPDOWN_TORCH_INDEX at an index or STEPDOWN_WHEELS at a folder of wheels.',
      details,
    );
  if (/ensurepip/.test(text))
    return new PrerequisiteError(
      'environment-failed',
      `This Python cannot make virtual environments:\n${tail}`,
      'Install the venv package of your system (on Debian and Ubuntu: apt install python3-venv), or set STEPDOWN_PYTHON to another Python.',
      details,
    );
  return new PrerequisiteError(
    'environment-failed',
    `Installing ${what} failed${result.startError === null ? '' : ` (${result.startError})`}:\n${tail}`,
    'Read the message above; STEPDOWN_TORCH_INDEX or STEPDOWN_WHEELS name another place for packages, STEPDOWN_PYTHON another Python.',
    details,
  );
}

/** The last lines that say something, with credentials in addresses blotted out. */
export function tailOf(output: string, lines = 12): string {
  return scrub(output)
    .split(/\r?\n/)
    .filter(line => line.trim() !== '')
    .slice(-lines)
    .join('\n');
}

/** Blots out user names, passwords and tokens in addresses. */
export function scrub(text: string): string {
  return text
    .replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@')
    .replace(/([?&][\w-]*(?:token|key|secret|password|signature)[\w-]*=)[^\s&]+/gi, '$1***');
}
