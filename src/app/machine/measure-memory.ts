import { fileURLToPath } from 'node:url';
import { runCommand } from '../../processes/run-command.ts';

/**
 * Resident memory that serving a GGUF file takes on the CPU, one request at a time, in bytes; null where it could
 * not be measured. Counts the weights as they are mapped, the cache for `contextTokens` and the work buffers.
 */
export async function measureMemory(modelPath: string, contextTokens: number): Promise<number | null> {
  const program = fileURLToPath(import.meta.resolve('../../engines/llama-cpp/memory-probe.js'));
  const { status, stdout } = await runCommand(process.execPath, [program, modelPath, String(contextTokens)]);
  const bytes = Number(stdout);
  return status === 0 && Number.isFinite(bytes) && bytes > 0 ? bytes : null;
}
