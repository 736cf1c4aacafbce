export { type ExportedFile, type ExportedFormat, type ExportRequest, exportSpecialist } from './export.ts';
export { readSpecialist, specialistFiles } from './manifest.ts';
export { type SpecialistResult, specialistResultSchema } from './schema.ts';
export { createSpecialistStage, type SpecialistParameters } from './stage.ts';
