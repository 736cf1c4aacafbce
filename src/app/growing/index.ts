export { growingVerbs } from './growing-verbs.ts';
