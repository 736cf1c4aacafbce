export { alternativesFor } from './alternatives.ts';
export { answerExamples } from './answer-examples.ts';
export { chooseShots } from './choose-shots.ts';
export { instructedMessages, specialistMessages } from './messages.ts';
export { askAgain } from './second-opinion.ts';
