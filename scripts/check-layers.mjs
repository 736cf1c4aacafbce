/** Layer check: the rules of .dependency-cruiser.cjs hold, and modules were really seen. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { root } from './setup.mjs';

process.chdir(root);
const options = await extractOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(['src'], options, undefined, { tsConfig: extractTsConfig('tsconfig.json') });
const files = readdirSync(join(root, 'src'), { recursive: true }).filter(name => name.endsWith('.ts')).length;
const seen = output.modules.filter(module => module.source.startsWith('src/')).length;

for (const { rule, from, to } of output.summary.violations) {
  process.stderr.write(`${rule.name}: ${from} → ${to}\n`);
}
// A parser that silently understands nothing would otherwise pass every rule.
if (seen < files) {
  process.stderr.write(`Only ${seen} of ${files} modules were seen.\n`);
  process.exit(1);
}
process.stderr.write(`${seen} modules, ${output.summary.violations.length} violations\n`);
process.exit(output.summary.error > 0 ? 1 : 0);
