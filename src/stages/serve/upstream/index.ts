export { createUpstreamAnswerer, type UpstreamAnswererOptions } from './upstream-answerer.ts';
export type { Price } from './usage.ts';
