import type { Example } from './example.ts';

declare const sealed: unique symbol;

/**
 * Rows of the test split. The brand is a type that only `store/test-split.ts` makes; the layer check lets
 * only the composition root import that file, and the composition root hands it to the evaluate stage alone.
 */
export type TestExamples = readonly Example[] & { readonly [sealed]: true };
