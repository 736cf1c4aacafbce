import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { runCommand } from '../../processes/run-command.ts';

/** What this machine has. */
export interface MachineFacts {
  readonly cores: number;
  readonly memoryBytes: number;
  /** Of the first NVIDIA GPU; null where there is none. */
  readonly gpuMemoryBytes: number | null;
  readonly gpuName: string | null;
}

let facts: Promise<MachineFacts> | null = null;

/** Cores, memory and GPU; looked at once a process. */
export function machineFacts(): Promise<MachineFacts> {
  facts ??= lookAtMachine();
  return facts;
}

async function lookAtMachine(): Promise<MachineFacts> {
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];
  const { status, stdout } = await runCommand('nvidia-smi', query);
  const [name, mebibytes] = status === 0 ? (stdout.trim().split('\n')[0] ?? '').split(',') : [];
  const memory = Number(mebibytes);
  return {
    cores: availableParallelism(),
    // Inside a container the limit of the control group counts, not the host's memory.
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    gpuMemoryBytes: Number.isFinite(memory) && memory > 0 ? memory * 1024 * 1024 : null,
    gpuName: name?.trim() || null,
  };
}

/** Bytes free to this user on the disk that holds `folder`, or its nearest existing parent. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
