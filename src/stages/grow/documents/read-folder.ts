import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ConfigError, InterruptedError } from '../../../core/errors/index.ts';
import type { DocumentBounds } from '../schema.ts';
import { maxDocumentCharacters, maxUnpackedBytes, type UnreadDocument } from './document.ts';
import { type Passage, passagesOf } from './passages.ts';
import { type DocumentReader, sizeOf } from './read-document.ts';

const maxDocuments = 10_000;

/** A folder of documents, read. */
export interface ReadFolder {
  /** In the order of file names and pages. */
  readonly passages: readonly Passage[];
  readonly documents: number;
  /** Every file that gave nothing, with the reason. */
  readonly unread: readonly UnreadDocument[];
  /** Every file of which something was left out, with what and why. */
  readonly incomplete: readonly UnreadDocument[];
}

/**
 * Reads all documents below a folder. What cannot be read is listed; links are not followed.
 * @throws ConfigError `documents-missing` | `documents-too-many` | `documents-unreadable`; InterruptedError `interrupted`
 */
export async function readFolder(options: {
  /** Absolute path. */
  readonly folder: string;
  readonly bounds: DocumentBounds;
  readonly reader: DocumentReader;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}): Promise<ReadFolder> {
  const { folder, bounds, reader, signal } = options;
  const { files, others } = await filesBelow(folder);
  const passages: Passage[] = [];
  const unread: UnreadDocument[] = others.map(file => ({
    file,
    code: 'unsupported',
    reason: 'it is a link or no ordinary file',
  }));
  const incomplete: UnreadDocument[] = [];
  let documents = 0;
  for (const [at, file] of files.entries()) {
    if (signal.aborted)
      throw new InterruptedError(
        'interrupted',
        'Stopped while reading documents',
        'Run the same command again.',
      );
    options.onProgress?.(at, files.length);
    const path = join(folder, file);
    const size = await sizeOf(path);
    if (size !== null && size > bounds.maxFileBytes) {
      unread.push({
        file,
        code: 'too-large',
        reason: `${size} bytes; at most ${bounds.maxFileBytes} are read`,
      });
      continue;
    }
    const found = await reader.read(path, {
      maxPages: bounds.maxPages,
      maxCharacters: maxDocumentCharacters,
      maxUnpackedBytes,
    });
    const pieces = 'pages' in found ? passagesOf(file, found.pages, bounds.passageCharacters) : [];
    if ('problem' in found) unread.push({ file, ...found.problem });
    else if (pieces.length === 0)
      unread.push({ file, code: 'no-text', reason: 'there is too little text in it to write about' });
    else {
      documents += 1;
      if ('pages' in found)
        incomplete.push(...(found.leftOut ?? []).map(reason => ({ file, code: 'incomplete', reason })));
    }
    passages.push(...pieces);
  }
  if (passages.length > 0) return { passages, documents, unread, incomplete };
  throw new ConfigError(
    'documents-unreadable',
    unread[0] === undefined
      ? `There are no files in ${folder}`
      : `None of the ${unread.length} files in ${folder} can be read; ${unread[0].file}: ${unread[0].reason}`,
    'Give a folder with PDF, DOCX, HTML, Markdown or text files that hold text.',
    { details: { unread } },
  );
}

/** Ordinary files, and what else is there; hidden ones aside. */
async function filesBelow(folder: string): Promise<{ readonly files: string[]; readonly others: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(cause => {
    throw new ConfigError(
      'documents-missing',
      `The folder of documents ${folder} cannot be opened`,
      'Give an existing folder with --documents.',
      { cause },
    );
  });
  const shown = entries.filter(entry => !entry.isDirectory() && !entry.name.startsWith('.'));
  const named = (ordinary: boolean) =>
    shown
      .filter(entry => entry.isFile() === ordinary)
      .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  const files = named(true);
  if (files.length <= maxDocuments) return { files, others: named(false) };
  throw new ConfigError(
    'documents-too-many',
    `${folder} holds ${files.length} files; at most ${maxDocuments} are read`,
    'Give a folder with fewer files.',
  );
}
