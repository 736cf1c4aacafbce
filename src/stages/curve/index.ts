export { targetOf } from './describe-curve.ts';
export type { SpecialistSeam } from './measure-specialist.ts';
export { type CurveFile, type CurveParameters, createCurveStage, curveFileName } from './stage.ts';
