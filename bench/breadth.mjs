/**
 * How many inputs of a data set have a near neighbour in TF-IDF similarity: what `decide --data` takes for breadth.
 *
 *   node bench/breadth.mjs FILE.jsonl:COLUMN [FILE.jsonl:COLUMN ...]
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { basename, dirname } from 'node:path';

register('../scripts/typescript-loader.mjs', import.meta.url);
const { likenessOf } = await import('../src/app/decide/rows-evidence.ts');

const most = 2000;
for (const argument of process.argv.slice(2)) {
  const [file, column] = argument.split(':');
  const inputs = new Set(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)[column])
      .filter(text => typeof text === 'string'),
  );
  const found = likenessOf([...inputs].slice(0, most));
  const text =
    found === null
      ? 'too few inputs'
      : `${found.nearShare.value.toFixed(3)} [${found.nearShare.low.toFixed(3)}, ${found.nearShare.high.toFixed(3)}] n = ${found.nearShare.n}`;
  process.stdout.write(`${basename(dirname(file))}/${basename(file)}  ${text}\n`);
}
