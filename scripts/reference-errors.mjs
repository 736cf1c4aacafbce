/** Finds every StepdownError that the sources make: code, exit code, message and hint. */
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
  if (typescript.isBinaryExpression(node)) return `${textOf(node.left) ?? '…'}${textOf(node.right) ?? '…'}`;
  return null;
}

/** As `textOf`, with runs of what is computed drawn together. */
const shown = node => (textOf(node) ?? '…').replace(/…+/g, '…');

/** One entry a code, by exit code and then by name; the first message found stands for a code. */
export function collectErrors(directory) {
  const found = new Map();
  const visit = node => {
    if (typescript.isNewExpression(node) && typescript.isIdentifier(node.expression)) {
      const exitCode = exitCodes[node.expression.text];
      const [code, message, hint] = node.arguments ?? [];
      const name = code !== undefined && typescript.isStringLiteralLike(code) ? code.text : null;
      if (exitCode !== undefined && name !== null && !found.has(name)) {
        found.set(name, {
          code: name,
          exitCode,
          message: shown(message),
          hint: shown(hint),
        });
      }
    }
    typescript.forEachChild(node, visit);
  };
  const paths = readdirSync(directory, { recursive: true })
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('fixtures'))
    .sort();
  for (const path of paths) {
    const text = readFileSync(join(directory, path), 'utf8');
    visit(typescript.createSourceFile(path, text, typescript.ScriptTarget.ES2023, true));
  }
  return [...found.values()].sort((a, b) => a.exitCode - b.exitCode || (a.code < b.code ? -1 : 1));
}
