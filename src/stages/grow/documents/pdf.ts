import type { DocumentPage, DocumentRead, ReadBounds } from './document.ts';
import { problem } from './document.ts';

/** The text of a PDF, page by page. Scripts are not run, and fonts and images are not drawn. */
export async function readPdf(bytes: Uint8Array, bounds: ReadBounds): Promise<DocumentRead> {
  const { getDocumentProxy } = await import('unpdf');
  let pdf: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false });
  } catch (error) {
    const { name, message } = error as Error;
    return name === 'PasswordException'
      ? problem('encrypted', 'the PDF is encrypted and needs a password')
      : problem('unreadable', `the PDF cannot be read: ${message.slice(0, 200)}`);
  }
  try {
    const pages: DocumentPage[] = [];
    let characters = 0;
    const count = Math.min(pdf.numPages, bounds.maxPages);
    for (let number = 1; number <= count && characters < bounds.maxCharacters; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const text = items
        .map(item => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''))
        .join('')
        .slice(0, bounds.maxCharacters - characters);
      characters += text.length;
      pages.push({ page: number, text });
      page.cleanup();
    }
    return { pages };
  } catch (error) {
    return problem('unreadable', `the PDF cannot be read: ${(error as Error).message.slice(0, 200)}`);
  } finally {
    await pdf.destroy();
  }
}
