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
import { collectErrors, collectRefusals } from './reference-errors.mjs';
import { rulesReference } from './reference-rules.mjs';
import { root } from './setup.mjs';

register('./typescript-loader.mjs', import.meta.url);
const { createProgram } = await import('../src/cli/program.ts');
const { commandPath, descendants } = await import('../src/cli/command-tree.ts');
const { createScreen } = await import('../src/cli/render/screen.ts');
const { exitCodeMeanings } = await import('../src/cli/help.ts');
const { configJsonSchema } = await import('../src/config/json-schema.ts');
const { configurationReference } = await import('./reference-configuration.mjs');

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

function errorReference() {
  const errors = collectErrors(join(root, 'src'));
  const rows = errors.map(
    ({ code, exitCode, message, hint }) => `| \`${code}\` | ${exitCode} | ${cell(message)} | ${cell(hint)} |`,
  );
  const refusals = collectRefusals(join(root, 'src')).map(
    ({ code, status, message, hint }) => `| \`${code}\` | ${status} | ${cell(message)} | ${cell(hint)} |`,
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

## What the gateway refuses

Over HTTP an error has OpenAI's shape, with one of these codes as \`error.code\`; logs and metrics have the same. Where a
specialist or a server behind the gateway failed it is a code of the table above: with status 400 for exit codes 2 and
4, 503 for 3, and for 6 502, or 504 after a timeout and 429 where a server limits its rate. What a server says against
a request itself keeps its own status and code.

| code | status | says | what to do |
|---|---|---|---|
${refusals.join('\n')}
`;
}

const files = {
  'cli.md': cliReference(),
  'configuration.md': configurationReference(configJsonSchema(), generated),
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
