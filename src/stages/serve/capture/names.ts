/** Logs that can be imported. */
export const importFormats = ['openai-chat', 'langfuse', 'litellm'] as const;
export type LogFormat = (typeof importFormats)[number];

/** Why an answer is worth learning from; the first that holds is taken. */
export const trainingReasons = [
  'corrected',
  'confirmed',
  'audited',
  'escalated',
  'shadowed',
  'recorded',
] as const;
export type TrainingReason = (typeof trainingReasons)[number];
