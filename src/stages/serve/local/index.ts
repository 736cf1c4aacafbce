export { createCascadeAnswerer } from './cascade-answerer.ts';
export { FairQueue } from './fair-queue.ts';
export { bareInput } from './input-rule.ts';
export { LocalSpecialist } from './local-specialist.ts';
export { createShadowAnswerer } from './shadow-answerer.ts';
export { createSpecialistAnswerer, type SpecialistAnswerer } from './specialist-answerer.ts';
