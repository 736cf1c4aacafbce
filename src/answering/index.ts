export { type AnswerOptions, answerExamples, answersKey } from './answer-examples.ts';
export { journalPath, removeJournal } from './answer-journal.ts';
export { chooseShots } from './choose-shots.ts';
export { instructedMessages, specialistMessages } from './messages.ts';
