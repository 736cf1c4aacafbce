/** The public API of stepdown. */
export type * from './app/app.ts';
export { createApp } from './app/create-app.ts';
export type * from './core/audit.ts';
export * from './core/errors/index.ts';
export type { Estimate } from './core/estimate.ts';
export type { Evaluation } from './core/evaluation.ts';
export type { SpecialistManifest } from './core/specialist.ts';
export { stepdownVersion } from './core/version.ts';
