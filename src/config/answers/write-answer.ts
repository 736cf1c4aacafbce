import { Document, isMap, isNode, isPair, isScalar, type Pair, parseDocument, type Scalar } from 'yaml';

/** An answer to be written into a file of answers. */
export interface WrittenAnswer {
  /** Dotted: `traffic.callsPerDay`. */
  readonly key: string;
  /** Undefined takes the key out. */
  readonly value: unknown;
  /** Says beside the value what was asked, or where the value comes from. */
  readonly comment: string;
  /** Stands above the section of the key, where the file does not have that section yet. */
  readonly sectionComment: string;
}

const header = ` Answers for \`stepdown decide --answers FILE\`. A number is a value, { low, high } or unknown.
 docs/guide/decide.md lists every key; those that the interview does not ask for can be added here.`;

/** Comments that this module wrote begin so, and are written anew with the value. */
const ofFinding = ' found:';

/**
 * Text of a file of answers with one answer set or taken out. Everything else in it stays, comments too.
 * @param text a valid YAML mapping, or empty
 */
export function withAnswer(text: string, { key, value, comment, sectionComment }: WrittenAnswer): string {
  const document: Document = text.trim() === '' ? new Document({}) : parseDocument(text);
  if (document.contents === null) document.contents = new Document({}).contents as never;
  if (text.trim() === '') document.commentBefore = header;
  const path = key.split('.');
  if (value === undefined) {
    if (document.hasIn(path)) document.deleteIn(path);
    return text.trim() === '' ? '' : written(document);
  }
  const before = document.getIn(path, true);
  const node = document.createNode(value, { flow: true });
  const kept = isNode(before) ? (before.comment ?? null) : null;
  node.comment =
    kept === null || kept.startsWith(ofFinding) || comment.startsWith('found:') ? ` ${comment}` : kept;
  const isNewSection = !document.has(path[0]);
  makeSections(document, path);
  document.setIn(path, node);
  if (isNewSection) headSection(document, path[0]!, sectionComment);
  return written(document);
}

/** Text of a new file with answers that were given elsewhere. */
export function newAnswersFile(answers: Readonly<Record<string, unknown>>): string {
  const document = new Document(answers);
  document.commentBefore = header;
  return written(document);
}

function written(document: Document): string {
  return document.toString({ lineWidth: 0 });
}

/** A section whose value was left empty, or is not there, becomes a mapping. */
function makeSections(document: Document, path: readonly string[]): void {
  for (let length = 1; length < path.length; length++) {
    const section = path.slice(0, length);
    if (!isMap(document.getIn(section, true))) document.setIn(section, document.createNode({}));
  }
}

function headSection(document: Document, name: string, comment: string): void {
  const { contents } = document;
  if (!isMap(contents)) return;
  const pair = contents.items.find(
    (item): item is Pair<Scalar> => isPair(item) && isScalar(item.key) && item.key.value === name,
  );
  // setIn makes keys that are no nodes; those carry no comments.
  const index = contents.items.findIndex(item => item.key === name || item === pair);
  const item = contents.items[index];
  if (item === undefined) return;
  const keyNode = isScalar(item.key) ? item.key : (document.createNode(name) as Scalar);
  keyNode.commentBefore = ` ${comment}`;
  keyNode.spaceBefore = index > 0;
  item.key = keyNode as never;
}
