/** Finds every StepdownError that the sources make: code, exit code or HTTP status, message and hint. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import typescript from 'typescript';

const exitCodes = {
  ConfigError: 2,
  PrerequisiteError: 3,
  DataError: 4,
  GateError: 5,
  UpstreamError: 6,
  InterruptedError: 130,
};

/** Text of a string, template or concatenation; what is computed becomes "…"; null for anything else. */
function textOf(node) {
  if (node === undefined) return null;
  if (typescript.isStringLiteralLike(node)) return node.text;
  if (typescript.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(span => `…${span.literal.text}`).join('');
  }
  if (typescript.isConditionalExpression(node)) return textOf(node.whenFalse) ?? textOf(node.whenTrue);
  if (typescript.isBinaryExpression(node)) return `${textOf(node.left) ?? '…'}${textOf(node.right) ?? '…'}`;
  return null;
}

/** As `textOf`, with runs of what is computed drawn together. */
const shown = node => (textOf(node) ?? '…').replace(/…+/g, '…');

/** The sources of a folder, parsed, in the order of their paths. */
function* sourcesIn(directory) {
  const paths = readdirSync(directory, { recursive: true })
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('fixtures'))
    .sort();
  for (const path of paths) {
    const text = readFileSync(join(directory, path), 'utf8');
    yield typescript.createSourceFile(path, text, typescript.ScriptTarget.ES2023, true);
  }
}

function* nodesIn(node) {
  yield node;
  const children = [];
  typescript.forEachChild(node, child => void children.push(child));
  for (const child of children) yield* nodesIn(child);
}

/** Every `new Name(...)` of a file, for the names given. */
function* made(source, names) {
  for (const node of nodesIn(source)) {
    if (!typescript.isNewExpression(node) || !typescript.isIdentifier(node.expression)) continue;
    if (names.includes(node.expression.text)) yield node;
  }
}

/** Whether an entry has a message that is not all computed. */
const isInWords = entry => entry !== undefined && entry.message !== '…';

/** One entry a code, by exit code and then by name; the first message in words stands for a code. */
export function collectErrors(directory) {
  const found = new Map();
  for (const source of sourcesIn(directory)) {
    for (const node of made(source, Object.keys(exitCodes))) {
      const [code, message, hint] = node.arguments ?? [];
      const name = code !== undefined && typescript.isStringLiteralLike(code) ? code.text : null;
      if (name === null || isInWords(found.get(name))) continue;
      const exitCode = exitCodes[node.expression.text];
      found.set(name, { code: name, exitCode, message: shown(message), hint: shown(hint) });
    }
  }
  return [...found.values()].sort((a, b) => a.exitCode - b.exitCode || (a.code < b.code ? -1 : 1));
}

/** What the gateway refuses over HTTP: one entry a code, by status and then by name. */
export function collectRefusals(directory) {
  const found = new Map();
  for (const source of sourcesIn(directory)) {
    for (const node of made(source, ['AccessError', 'RequestError'])) {
      for (const [status, code, message, hint] of callsOf(source, node)) {
        const name = textOf(code);
        if (name === null || isInWords(found.get(name))) continue;
        found.set(name, {
          code: name,
          status: numberOf(source, status),
          message: shown(message),
          hint: shown(hint),
        });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

/** Arguments of an error; where its code is a parameter of the function around it, those of each call of that. */
function callsOf(source, node) {
  const given = [...node.arguments];
  const maker = typescript.findAncestor(node, typescript.isFunctionDeclaration);
  const parameters = maker?.parameters.map(({ name }) => name.getText()) ?? [];
  if (!parameters.includes(given[1].getText())) return [given];
  return [...nodesIn(source)]
    .filter(call => typescript.isCallExpression(call) && call.expression.getText() === maker.name.text)
    .map(call => given.map(argument => call.arguments[parameters.indexOf(argument.getText())] ?? argument));
}

/** A number, written out or by the name of a constant of the file. */
function numberOf(source, node) {
  if (typescript.isNumericLiteral(node)) return Number(node.text);
  const constant = [...nodesIn(source)].find(
    one => typescript.isVariableDeclaration(one) && one.name.getText() === node.getText(),
  );
  return Number(constant.initializer.text);
}
