/** The page of everything that `decide` rests on: rules, figures, assumptions and list prices, from their tables. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const cell = text => String(text).replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n');
const code = text => `\`${text}\``;
const number = value => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
const range = ({ low, high }) => (low === high ? number(low) : `${number(low)} to ${number(high)}`);
const list = names => (names.length === 0 ? '–' : names.map(code).join(', '));

/** Numbers that the rules name, so that the page has the number in the place of the name. */
function namedNumbers(directory, figures) {
  const numbers = new Map();
  const files = readdirSync(join(directory, 'rules')).map(name => join('rules', name));
  for (const file of [...files, join('cost', 'options.ts')]) {
    if (file.endsWith('.test.ts')) continue;
    const source = readFileSync(join(directory, file), 'utf8');
    for (const [, name, value] of source.matchAll(/^(?:export )?const (\w+) = ([\d_.]+);$/gm))
      numbers.set(name, value);
    for (const [, name, id, end] of source.matchAll(
      /^(?:export )?const (\w+) = figure\('([\w-]+)'\)\.(low|high);$/gm,
    ))
      numbers.set(name, figures.find(figure => figure.id === id)[end]);
    for (const [, name, fields] of source.matchAll(
      /^(?:export )?const (\w+) = \{ ((?:\w+: [\d_.]+(?:, )?)+) \};$/gm,
    ))
      for (const [, field, value] of fields.matchAll(/(\w+): ([\d_.]+)/g))
        numbers.set(`${name}.${field}`, value);
  }
  return numbers;
}

/** When a rule holds: the body of its condition, in the words of the code, so that page and rule cannot differ. */
function conditionOf(rule, numbers, figures) {
  const body = rule.when
    .toString()
    .replace(/^(\([^)]*\)|\w+)\s*=>\s*/, '')
    .replace(/^\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/, '$1')
    .replaceAll(/\bfacts\./g, '')
    .replaceAll(/figure\('([\w-]+)'\)\.(low|high)/g, (_, id, end) => figures.find(f => f.id === id)[end])
    .replaceAll(/\b\w+(?:\.\w+)?\b/g, word => numbers.get(word) ?? word)
    .replaceAll(/\b\w+\b/g, word => numbers.get(word) ?? word)
    .replaceAll(/\s+/g, ' ');
  return body === 'true' ? 'always' : code(body);
}

/** @param root the checkout; its TypeScript must be importable by now */
export async function rulesReference(root, generated) {
  const directory = join(root, 'src', 'stages', 'decide');
  const load = file => import(new URL(`../src/stages/decide/${file}`, import.meta.url).href);
  const { decidingRules } = await load('rules/deciding.ts');
  const { weighingRules } = await load('rules/weighing.ts');
  const { riskRules } = await load('rules/risks.ts');
  const { figures } = await load('figures.ts');
  const { quantities } = await load('answers/quantities/index.ts');
  const { priceTable, priceSource } = await load('situation/price-table.ts');
  const numbers = namedNumbers(directory, figures);
  const when = rule => conditionOf(rule, numbers, figures);

  const deciding = decidingRules.map((rule, index) => [
    index + 1,
    code(rule.id) + (rule.hard ? ' (hard)' : ''),
    when(rule),
    rule.verdict === 'candidate' ? '`own-specialist` or `cascade`' : code(rule.verdict),
    rule.sentence,
    rule.source,
  ]);
  const weighing = weighingRules.map(rule => [
    code(rule.id),
    rule.weight,
    list(rule.supports),
    list(rule.opposes),
    when(rule),
    rule.sentence,
    rule.source,
  ]);
  const risks = riskRules.map(rule => [code(rule.id), list(rule.of), when(rule), rule.sentence, rule.source]);
  const directional = figures.map(figure => [
    code(figure.id),
    figure.statement,
    range(figure),
    figure.unit,
    figure.source,
    figure.date,
    figure.measured.name === 'never' ? '–' : 'your evaluation',
  ]);
  const assumptions = Object.entries(quantities).map(([key, spec]) => [
    code(key),
    spec.label,
    spec.default === null ? 'from other answers' : range(spec.default),
    spec.money ? `USD ${spec.unit}` : spec.unit,
    range({ low: spec.plausible[0], high: spec.plausible[1] }),
    spec.source,
  ]);
  const prices = priceTable.map(price => [
    code(price.model),
    price.input,
    price.cachedInput,
    price.output,
    priceSource(price),
    price.url,
  ]);

  return `# Rules, figures and assumptions of \`stepdown decide\`

${generated}

What a verdict can rest on. A statement in the output names its rule (\`rule\`), its numbers and its source; here is every rule that it may name. Words in braces stand for those numbers. [How the verdict comes about](../guide/decide.md#how-the-verdict-comes-about) says how the tables work together.

Conditions are written as in the code:

- \`answers\` are your answers, \`value(…)\` is the middle of a number's range, \`evidence\` is what was measured.
- \`usefulRows\` are the labelled rows, noisy ones counted for what they are worth (figure \`good-beats-many\`).
- \`quality\` is how the measured specialist stands to the large model, \`unmeasured(facts)\` where nothing says so.
- \`candidate\` is what would be built: \`own-specialist\`, or \`cascade\` where the large model has to stay behind it.
- \`chance(facts)\` is the share of draws from your ranges in which the candidate is cheaper than the large model.
- \`chanceInTime(facts)\` is the share of draws in which the candidate meets the acceptable latency.
- \`localNeeded\`: under a second is acceptable, and at least 100 requests are in progress at once in the peak.
- \`measuredBreadth(evidence.data)\` is \`narrow\` where surely 75 % or more of the inputs have a near neighbour, \`scattered\` where surely fewer than 50 % have one.
- \`listedPrice(situation)\` is the entry of a price list that counts, nothing where the price is stated, configured or measured.
- \`curveIn(evidence)\` is the learning curve, the specialist's where it was measured, else the linear model's.

## Rules that decide

The first that holds gives the verdict. A hard one decides alone, whatever costs and quality say.

${table(['order', 'rule', 'holds when', 'verdict', 'says', 'source'], deciding)}

## Rules that weigh

They give the reasons for a verdict and what speaks against it, the heaviest first.

${table(['rule', 'weight (1 to 3)', 'for', 'against', 'holds when', 'says', 'source'], weighing)}

## Risks that remain

${table(['rule', 'with verdicts', 'holds when', 'says', 'source'], risks)}

## Directional figures

Rules of thumb of the field: directions, not measurements. Your own measurement takes a figure's place where there is one.

${table(['figure', 'says', 'range', 'unit', 'source', 'date', 'replaced by'], directional)}

## Default assumptions

Taken where an answer is left out or \`unknown\`. Numbers outside the plausible range are refused.

${table(['answer', 'meaning', 'default', 'unit', 'plausible', 'source of the default'], assumptions)}

## List prices

US dollars a million tokens, standard tier, short prompts, launch discounts left out. Prices not checked at the source are those on which two tables that others keep agree: \`model_prices_and_context_window.json\` of litellm 1.110.2 and genai-prices 0.2.3, both of November 2026. \`incumbent.price\` in the answers and \`large.price\` in stepdown.yaml win over this table.

${table(['model', 'input', 'cached input', 'output', 'source', 'page'], prices)}
`;
}
