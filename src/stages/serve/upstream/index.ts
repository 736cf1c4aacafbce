export { createUpstreamAnswerer } from './upstream-answerer.ts';
