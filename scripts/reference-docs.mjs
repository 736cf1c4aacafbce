/**
 * Writes docs/reference/ from the code: cli.md from the tree of verbs, configuration.md and
 * stepdown.schema.json from the configuration's schema, errors.md from every error that is made, rules.md from the
 * tables that `decide` goes by.
 *
 *   node scripts/reference-docs.mjs           write
 *   node scripts/reference-docs.mjs --check   fail when a file is not what would be written
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { collectErrors } from './reference-errors.mjs';
import { rulesReference } from './reference-rules.mjs';
import { root } from './setup.mjs';

register('./typescript-loader.mjs', import.meta.url);
const { createProgram } = await import('../src/cli/program.ts');
const { commandPath, descendants } = await import('../src/cli/command-tree.ts');
const { createScreen } = await import('../src/cli/render/screen.ts');
const { exitCodeMeanings } = await import('../src/cli/help.ts');
const { configJsonSchema } = await import('../src/config/json-schema.ts');
const { alternatives, valuesOf } = await import('../src/config/schema-tree.ts');

const generated = '<!-- Generated from the code by `npm run docs`. -->';
const cell = text => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

function cliReference() {
  const program = createProgram(createScreen({ columns: 80, colour: false }), async () => {});
  const section = command => {
    let help = '';
    command.configureOutput({
      getOutHasColors: () => false,
      writeOut: text => {
        help += text;
      },
    });
    command.outputHelp();
    return `## ${commandPath(command)}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
  };
  return `# Command line\n\n${generated}\n\n${[program, ...descendants(program)].map(section).join('\n')}`;
}

const isMapping = node => node.properties !== undefined;
const isNull = node => node.type === 'null';

function typeText(node) {
  const options = alternatives(node);
  if (options.length > 1) return options.map(typeText).join(' or ');
  const values = valuesOf(node);
  if (values.length > 0) return values.map(value => `\`${value}\``).join(', ');
  if (Array.isArray(node.type)) return node.type.map(type => typeText({ ...node, type })).join(' or ');
  if (isNull(node)) return '`null`';
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : typeText(node.items)}`;
  if (node.type === 'object') return 'mapping';
  return (
    { integer: 'whole number', string: 'text', boolean: '`true`, `false`' }[node.type] ?? node.type ?? 'any'
  );
}

function rangeText(node) {
  const [only, ...others] = alternatives(node).filter(option => !isNull(option));
  if (only === undefined || others.length > 0) return '';
  const low = only.exclusiveMinimum !== undefined ? `above ${only.exclusiveMinimum}` : only.minimum;
  const high = only.exclusiveMaximum !== undefined ? `below ${only.exclusiveMaximum}` : only.maximum;
  const hasHigh = high !== undefined && high !== Number.MAX_SAFE_INTEGER;
  if (low === undefined && !hasHigh) return '';
  if (!hasHigh) return typeof low === 'string' ? `, ${low}` : `, from ${low}`;
  return low === undefined ? `, to ${high}` : `, ${low} to ${high}`;
}

/** Rows of a mapping's keys, and of the mappings inside it, by dotted key. */
function keyRows(node, prefix) {
  return Object.entries(node.properties).flatMap(([name, inner]) => {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const required = node.required?.includes(name) ? '**required**' : '';
    const fallback = inner.default === undefined ? required : `\`${JSON.stringify(inner.default)}\``;
    const options = alternatives(inner).filter(option => !isNull(option));
    const mapping = options.find(isMapping);
    const items = options.find(option => option.items !== undefined)?.items;
    const rows = [
      `| \`${key}\` | ${cell(typeText(inner) + rangeText(inner))} | ${mapping && !required ? (inner.default === null ? '`null`' : '') : cell(fallback)} | ${cell(inner.description ?? '')} |`,
    ];
    if (mapping !== undefined && options.length === 1) rows.push(...keyRows(mapping, key));
    if (items !== undefined && isMapping(items)) rows.push(...keyRows(items, `${key}[]`));
    return rows;
  });
}

const tableHead = '| key | takes | default | meaning |\n|---|---|---|---|';

function configurationReference() {
  const schema = configJsonSchema();
  const sections = [];
  const plain = { properties: {}, required: schema.required };
  for (const [name, node] of Object.entries(schema.properties)) {
    const options = alternatives(node).filter(option => !isNull(option));
    if (!options.every(isMapping)) {
      plain.properties[name] = node;
      continue;
    }
    const optional = node.default === null ? ' Left out by default.' : '';
    const tables = options.map(option => {
      const kind = option.properties.kind?.const;
      const title = kind === undefined || options.length === 1 ? '' : `### ${name}, kind: ${kind}\n\n`;
      return `${title}${tableHead}\n${keyRows(option, name).join('\n')}\n`;
    });
    sections.push(
      `## ${name}\n\n${node.description ?? options[0].description ?? ''}${optional}\n\n${tables.join('\n')}`,
    );
  }
  return `# stepdown.yaml

${generated}

An unknown key is an error. Flags win over environment variables, which win over the file, which wins over defaults.
Editors complete and check the file by [stepdown.schema.json](stepdown.schema.json), which \`stepdown init\` writes and names in the first line.

## Top level

${tableHead}
${keyRows(plain, '').join('\n')}

${sections.join('\n')}`;
}

function errorReference() {
  const errors = collectErrors(join(root, 'src'));
  const rows = errors.map(
    ({ code, exitCode, message, hint }) => `| \`${code}\` | ${exitCode} | ${cell(message)} | ${cell(hint)} |`,
  );
  const exits = exitCodeMeanings.map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `# Errors and exit codes

${generated}

## Exit codes

| code | meaning |
|---|---|
${exits.join('\n')}

## Error codes

Codes are stable; messages may get better. With \`--json\` an error is \`{"error": {"code", "message", "hint"}}\` on stdout,
with \`details\` where there are any. \`…\` stands for what differs from case to case. A mistake on the command line has the
code that says it (\`unknown-option\`, \`unknown-command\`, \`missing-argument\`, \`invalid-argument\`) and exit code 2;
\`internal-error\` is a bug and has exit code 1; \`interrupted\` is Ctrl-C.

| code | exit | says | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}

const files = {
  'cli.md': cliReference(),
  'configuration.md': configurationReference(),
  'errors.md': errorReference(),
  'rules.md': await rulesReference(root, generated),
  'stepdown.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
};
const directory = join(root, 'docs', 'reference');
const read = path => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};
const stale = Object.keys(files).filter(name => read(join(directory, name)) !== files[name]);
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    process.stderr.write(`docs/reference is stale: ${stale.join(', ')}. Run \`npm run docs\`.\n`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(directory, { recursive: true });
  for (const name of stale) writeFileSync(join(directory, name), files[name]);
  process.stdout.write(stale.length === 0 ? 'docs/reference is fresh\n' : `wrote ${stale.join(', ')}\n`);
}
