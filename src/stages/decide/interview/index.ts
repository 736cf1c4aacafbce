export { rangeText } from '../document/range-text.ts';
export { type AnswerValue, parseAnswer, problemOfAnswer } from './parse-answer.ts';
export { fileSections, interviewQuestions, interviewSections, type Question } from './questions.ts';
export { unaskedOf } from './unasked.ts';
