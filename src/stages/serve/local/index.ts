export { type CascadeAnswererOptions, createCascadeAnswerer, type SignalInput } from './cascade-answerer.ts';
export { FairQueue, type FairQueueOptions } from './fair-queue.ts';
export { bareInput, type InputRule } from './input-rule.ts';
export { LocalSpecialist, type LocalSpecialistOptions } from './local-specialist.ts';
export { createShadowAnswerer, type ShadowAnswererOptions, type ShadowOutcome } from './shadow-answerer.ts';
export {
  createSpecialistAnswerer,
  type LocalAttempt,
  type SpecialistAnswerer,
  type SpecialistAnswererOptions,
} from './specialist-answerer.ts';
