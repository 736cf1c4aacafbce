import { existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import { hashJson } from '../../core/hash.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';
import type { Stage, StageContext, StageOutcome } from '../../core/stage.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import { readSpecialist, specialistFiles, specialistHash } from './manifest.ts';
import { modelCard } from './model-card.ts';
import { placeFile } from './place-file.ts';
import type { SpecialistResult } from './schema.ts';

/** What goes into a specialist: facts for the manifest, and absolute paths of the files. */
export interface SpecialistParameters {
  readonly facts: Omit<SpecialistManifest, 'schemaVersion' | 'hash' | 'createdAt' | 'files' | 'evaluation'>;
  /** The base model as others find it, for the card. */
  readonly baseName: string;
  readonly evaluation: Evaluation;
  /** Further findings for the card, of things that can still be said after the evaluation: its approval. */
  readonly notices?: Evaluation['findings'];
  /** The GGUF that is served. */
  readonly modelFile: string;
  /** null after full fine-tuning. */
  readonly adapterGgufFile: string | null;
  readonly adapterPeftDir: string | null;
}

/** Packages what was trained and measured into an immutable folder named by its hash. */
export function createSpecialistStage(
  now: () => Date = () => new Date(),
): Stage<SpecialistParameters, SpecialistResult> {
  return {
    name: 'specialist',
    version: 1,
    check: async () => [],
    run: context => packageSpecialist(context, now),
  };
}

async function packageSpecialist(
  context: StageContext<SpecialistParameters>,
  now: () => Date,
): Promise<StageOutcome<SpecialistResult>> {
  const { facts, evaluation, modelFile, adapterGgufFile, adapterPeftDir } = context.parameters;
  const building = join(context.workDir, 'specialist');
  await rm(building, { recursive: true, force: true });

  const place = async (kind: string, from: string | null, name: string): Promise<Artifact | null> => {
    if (from === null) return null;
    await placeFile(from, join(building, name), 'share');
    return { kind, path: name, ...(await hashPath(join(building, name))) };
  };
  const model = await place(`gguf-${facts.quantization}`, modelFile, specialistFiles.model);
  const content = {
    schemaVersion: 1 as const,
    ...facts,
    files: {
      model: model as Artifact,
      adapterGguf: await place('adapter-gguf', adapterGgufFile, specialistFiles.adapterGguf),
      adapterPeft: await place('adapter-peft', adapterPeftDir, specialistFiles.adapterPeft),
    },
    evaluation: {
      metric: evaluation.primaryMetric,
      estimate: servedEstimate(evaluation),
      sha256: hashJson(evaluation),
    },
  };
  const hash = specialistHash(content);
  const manifest: SpecialistManifest = { ...content, hash, createdAt: now().toISOString() };

  await writeFileAtomic(
    join(building, specialistFiles.evaluation),
    `${JSON.stringify(evaluation, null, 2)}\n`,
  );
  const { notices = [], baseName } = context.parameters;
  const findings = [...notices, ...evaluation.findings];
  const card = modelCard(content, { ...evaluation, findings }, baseName);
  await writeFileAtomic(join(building, specialistFiles.card), card);
  await writeFileAtomic(join(building, specialistFiles.manifest), `${JSON.stringify(manifest, null, 2)}\n`);

  const dir = join(context.workspaceDir, '.stepdown', 'specialists', `${facts.name}-${hash.slice(0, 8)}`);
  if (existsSync(dir)) {
    // Equal hash means equal content: the one that is there stays, unless somebody changed it.
    const there = await readSpecialist(dir).catch(() => null);
    if (there) {
      // The card is no part of the hash, and may have more to say by now.
      await writeFileAtomic(join(dir, specialistFiles.card), card);
      return outcome(context.workspaceDir, dir, there);
    }
    await rename(dir, `${dir}.changed-${now().getTime()}`);
  }
  await mkdir(dirname(dir), { recursive: true });
  await rename(building, dir);
  return outcome(context.workspaceDir, dir, manifest);
}

async function outcome(
  workspaceDir: string,
  dir: string,
  manifest: SpecialistManifest,
): Promise<StageOutcome<SpecialistResult>> {
  const path = relative(workspaceDir, dir);
  const { size } = await stat(join(dir, manifest.files.model.path));
  return {
    result: { dir: path, manifest },
    outputs: [{ kind: 'specialist', path, sha256: manifest.hash, sizeBytes: size }],
  };
}

/** The primary metric of the quantisation that is served, else of the specialist. */
function servedEstimate(evaluation: Evaluation) {
  const served =
    evaluation.quantizations.find(quantization => quantization.picked)?.score ??
    evaluation.systems.find(system => system.role === 'specialist')?.metrics[evaluation.primaryMetric];
  if (!served) throw new Error('an evaluation without a specialist cannot be packaged');
  return served;
}
