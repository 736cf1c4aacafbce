import { parseHTML } from 'linkedom';
import { type DocumentRead, problem, type ReadBounds, textWithin } from './document.ts';
import { decode } from './plain-text.ts';

/** Elements whose text nobody reads. */
const unread = 'script, style, noscript, template, svg, nav, head, iframe, object';

/** Elements after which a line ends. */
const blocks = new Set(
  'address article aside blockquote br dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tr ul'.split(
    ' ',
  ),
);

interface TreeNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly firstChild: TreeNode | null;
  readonly nextSibling: TreeNode | null;
  readonly parentNode: TreeNode | null;
}

/** The text of an HTML page as a reader sees it, a line a block; nothing is loaded or run. */
export function readHtml(bytes: Uint8Array, bounds: ReadBounds): DocumentRead {
  const html = decode(bytes) ?? decodeAsDeclared(bytes);
  if (html === null)
    return problem('unreadable', 'it is neither UTF-8 nor UTF-16 text, nor in the encoding that it names');
  const { document } = parseHTML(/<html[\s>]/iu.test(html) ? html : `<html><body>${html}</body></html>`);
  for (const element of document.querySelectorAll(unread)) element.remove();
  const root = (document.body ?? document.documentElement) as unknown as TreeNode | null;
  return textWithin(root === null ? '' : textOf(root), bounds);
}

/** Text in the encoding that a page names in its first 1,024 bytes; null where it names none, or is not in it. */
function decodeAsDeclared(bytes: Uint8Array): string | null {
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  const name = /<meta[^>]+charset\s*=\s*["']?\s*([\w:.-]+)/iu.exec(beginning)?.[1];
  try {
    const text = name === undefined ? '\u0000' : new TextDecoder(name, { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** Walks without recursion: a hostile page may be nested a hundred thousand deep. */
function textOf(root: TreeNode): string {
  const pieces: string[] = [];
  let node: TreeNode | null = root;
  while (node !== null) {
    if (node.nodeType === 3) pieces.push((node.textContent ?? '').replace(/\s+/gu, ' '));
    let next: TreeNode | null = node.firstChild;
    while (next === null && node !== null && node !== root) {
      if (blocks.has(node.nodeName.toLowerCase())) pieces.push('\n');
      next = node.nextSibling;
      node = node.parentNode;
    }
    node = next;
  }
  return pieces.join('');
}
