import { PrerequisiteError } from '../../core/errors/index.ts';
import type { ResolvedModel } from '../../core/model-source.ts';
import type { Problem, Stage } from '../../core/stage.ts';
import { type DeriveTools, deriveBase } from './derive-base.ts';
import type { BaseParameters, BaseResult } from './schema.ts';

/** What the base stage is given. */
export interface BaseStageDependencies extends Omit<DeriveTools, 'threads'> {
  /**
   * Finds a model and makes it lie on this machine, checked.
   * @throws PrerequisiteError `network-unreachable` | DataError `checksum-mismatch`
   */
  resolveModel(
    reference: string,
    options: {
      readonly onStatus: (status: string, share: number | null) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<ResolvedModel>;
  /** Whether this machine can train the model that way; asked before anything of it is loaded. */
  checkFit(model: ResolvedModel, method: BaseParameters['method']): Promise<readonly Problem[]>;
  /** The model as far as it is known without fetching it, or null. */
  knownModel(reference: string): Promise<ResolvedModel | null>;
}

/** Gets the base model and makes the forms of it that training, merging and serving need. */
export function createBaseStage(dependencies: BaseStageDependencies): Stage<BaseParameters, BaseResult> {
  return {
    name: 'base',
    version: 1,
    async check({ parameters }) {
      const known = await dependencies.knownModel(parameters.model);
      return known === null ? [] : [...(await dependencies.checkFit(known, parameters.method))];
    },
    async run({ parameters, progress, signal }) {
      const model = await dependencies.resolveModel(parameters.model, {
        onStatus: (status, share) => progress.update(status, share),
        signal,
      });
      progress.say(`${model.id}: ${model.licence}, ${(model.sizeBytes / 1e6).toFixed(0)} MB`);
      const problems = await dependencies.checkFit(model, parameters.method);
      for (const problem of problems) if (problem.severity === 'warning') progress.say(problem.message);
      const error = problems.find(problem => problem.severity === 'error');
      if (error !== undefined)
        throw new PrerequisiteError(error.code, error.message, error.hint, { details: { model: model.id } });
      const result = await deriveBase(
        model,
        { ...dependencies, threads: parameters.threads },
        { onStatus: status => progress.update(status, null), signal },
      );
      // Both forms lie in the cache, by content; the workspace pins them through the model's hash.
      return { result, outputs: [] };
    },
  };
}
