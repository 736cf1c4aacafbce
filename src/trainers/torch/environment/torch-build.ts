import type { RunCommand } from '../../../processes/run-command.ts';
import type { Python } from './find-python.ts';

/** Version of torch, as in trainer/pyproject.toml (a test keeps them equal). */
export const torchVersion = '2.13.0';

/** CUDA release that torch's own packages for this version are built for. */
const cudaRelease = 'cu130';

/** Which build of torch is right for a machine, and where it is. */
export interface TorchBuild {
  /** `cpu` on machines without an NVIDIA GPU, `cuda` with one, `default` where PyPI has one build only (macOS). */
  readonly kind: 'cpu' | 'cuda' | 'default';
  /**
   * Exact requirement. The CPU build is named by its local version, so that an index that lacks it cannot answer
   * with the CUDA build and gigabytes of NVIDIA packages.
   */
  readonly requirement: string;
  /** Public index of this build, tried when the configured indexes do not have it; null where PyPI is the place. */
  readonly publicIndex: string | null;
}

/**
 * The build for this interpreter's platform.
 * @see https://peps.python.org/pep-0440/#local-version-identifiers
 */
export function torchBuild(platform: string, hasNvidiaGpu: boolean): TorchBuild {
  const index = (name: string) => `https://download.pytorch.org/whl/${name}`;
  if (platform === 'linux' && !hasNvidiaGpu)
    return { kind: 'cpu', requirement: `torch==${torchVersion}+cpu`, publicIndex: index('cpu') };
  if (platform === 'linux')
    return { kind: 'cuda', requirement: `torch==${torchVersion},!=${torchVersion}+cpu`, publicIndex: null };
  if (platform === 'win32' && hasNvidiaGpu)
    return {
      kind: 'cuda',
      requirement: `torch==${torchVersion}+${cudaRelease}`,
      publicIndex: index(cudaRelease),
    };
  return { kind: 'default', requirement: `torch==${torchVersion}`, publicIndex: null };
}

/** Whether the NVIDIA driver shows a GPU. */
export async function hasNvidiaGpu(run: RunCommand, python: Pick<Python, 'platform'>): Promise<boolean> {
  if (python.platform === 'darwin') return false;
  const result = await run('nvidia-smi', ['-L']);
  return result.status === 0 && /^GPU \d+:/m.test(result.stdout);
}
