import { fromBuffer } from 'yauzl';
import { type DocumentRead, problem, type ReadBounds, textWithin } from './document.ts';

/** Parts that a document may have. */
const maxParts = 20_000;

/** Where an Office file that is encrypted, or of the time before 2007, begins. */
const compoundFile = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
const encryptedPart = Buffer.from('EncryptedPackage', 'utf16le');

/** The text of a Word document, a line a paragraph. */
export async function readDocx(bytes: Uint8Array, bounds: ReadBounds): Promise<DocumentRead> {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (content.subarray(0, compoundFile.length).equals(compoundFile)) {
    return content.includes(encryptedPart)
      ? problem('encrypted', 'the document is encrypted and needs a password')
      : problem('unsupported', 'it is a Word file of the old binary format; save it as .docx');
  }
  const wrong = await checkArchive(content, bounds.maxUnpackedBytes);
  if (wrong !== null) return problem('unreadable', wrong);
  try {
    const { default: mammoth } = await import('mammoth');
    const { value } = await mammoth.extractRawText({ buffer: content });
    return textWithin(value, bounds);
  } catch (error) {
    return problem('unreadable', `the document cannot be read: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** Unpacks everything once and counts, because the parser itself knows no bound; null where all is well. */
function checkArchive(content: Buffer, maxUnpackedBytes: number): Promise<string | null> {
  return new Promise(resolve => {
    fromBuffer(content, { lazyEntries: true }, (failed, archive) => {
      if (failed) return resolve(`it is no .docx file: ${failed.message.slice(0, 200)}`);
      let unpacked = 0;
      const stop = (reason: string | null) => {
        archive.close();
        resolve(reason);
      };
      if (archive.entryCount > maxParts) return stop(`it has more than ${maxParts} parts`);
      archive.on('error', (error: Error) => stop(`it is broken: ${error.message.slice(0, 200)}`));
      archive.on('end', () => stop(null));
      archive.on('entry', entry => {
        if (entry.isEncrypted?.() === true) return stop('a part of it is encrypted');
        archive.openReadStream(entry, (error, stream) => {
          if (error) return stop(`it is broken: ${error.message.slice(0, 200)}`);
          stream.on('error', broken => stop(`it is broken: ${broken.message.slice(0, 200)}`));
          stream.on('data', (chunk: Buffer) => {
            unpacked += chunk.length;
            if (unpacked <= maxUnpackedBytes) return;
            stream.destroy();
            stop(`it unpacks to more than ${maxUnpackedBytes} bytes`);
          });
          stream.on('end', () => archive.readEntry());
        });
      });
      archive.readEntry();
    });
  });
}
