import {
  afterCharacters,
  type DocumentPage,
  type DocumentRead,
  problem,
  type ReadBounds,
} from './document.ts';

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
    const leftOut: string[] = [];
    let characters = 0;
    const count = Math.min(pdf.numPages, bounds.maxPages);
    if (count < pdf.numPages)
      leftOut.push(`pages ${count + 1} to ${pdf.numPages} are left out (grow.documents.maxPages)`);
    for (let number = 1; number <= count; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const text = items.map(item => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
      page.cleanup();
      pages.push({ page: number, text: text.slice(0, bounds.maxCharacters - characters) });
      characters += text.length;
      if (characters <= bounds.maxCharacters) continue;
      leftOut.push(afterCharacters(bounds.maxCharacters));
      break;
    }
    return leftOut.length === 0 ? { pages } : { pages, leftOut };
  } catch (error) {
    return problem('unreadable', `the PDF cannot be read: ${(error as Error).message.slice(0, 200)}`);
  } finally {
    await pdf.destroy();
  }
}
