/**
 * A process of its own that reads documents nobody has checked: whatever a document does to its parser, it ends with
 * this process. Gets `{path, bounds}` and answers each with a DocumentRead.
 */
import type { ReadBounds } from './document.ts';
import { readDocument } from './read-document.ts';

process.on('message', (asked: { readonly path: string; readonly bounds: ReadBounds }) => {
  void readDocument(asked.path, asked.bounds).then(found => process.send?.(found));
});
process.on('disconnect', () => process.exit());
