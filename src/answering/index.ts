export { answerExamples } from './answer-examples.ts';
export { chooseShots } from './choose-shots.ts';
export { specialistMessages } from './messages.ts';
