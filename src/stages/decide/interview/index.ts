export { rangeText } from '../document/range-text.ts';
export { parseAnswer } from './parse-answer.ts';
export { fileSections, interviewQuestions, interviewSections, type Question } from './questions.ts';
export { unaskedOf } from './unasked.ts';
