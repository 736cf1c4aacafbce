export { baseTurn } from './base-turn.ts';
export { dataTurn } from './data-turn.ts';
export { evaluateTurn } from './evaluate-turn.ts';
export { quantizeTurn } from './quantize-turn.ts';
export { reportTurn } from './report-turn.ts';
export { specialistTurn } from './specialist-turn.ts';
export { trainTurn } from './train-turn.ts';
