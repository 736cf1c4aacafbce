/** The page of every key of stepdown.yaml. Needs the loader of TypeScript, as it reads the sources. */
import { alternatives, valuesOf } from '../src/config/yaml/schema-tree.ts';

const tableHead = '| key | takes | default | meaning |\n|---|---|---|---|';
const cell = text => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

const isNull = node => node.type === 'null';
const isRecord = node => typeof node.additionalProperties === 'object';
const isMapping = node => node.properties !== undefined || isRecord(node);
const optionsOf = node => alternatives(node).filter(option => !isNull(option));
const kindOf = node => node.properties?.kind?.const;
const code = text => `\`${text}\``;

function typeText(node) {
  const options = alternatives(node);
  if (options.length > 1) return [...new Set(options.map(typeText))].join(' or ');
  const values = valuesOf(node);
  if (values.length > 0) return values.map(code).join(', ');
  if (Array.isArray(node.type)) return node.type.map(type => typeText({ ...node, type })).join(' or ');
  if (isNull(node)) return code('null');
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : typeText(node.items)}`;
  if (node.type === 'object') return 'mapping';
  return (
    { integer: 'whole number', string: 'text', boolean: '`true`, `false`' }[node.type] ?? node.type ?? 'any'
  );
}

function rangeText(node) {
  const [only, ...others] = optionsOf(node);
  if (only === undefined || others.length > 0) return '';
  const low = only.exclusiveMinimum !== undefined ? `above ${only.exclusiveMinimum}` : only.minimum;
  const high = only.exclusiveMaximum !== undefined ? `below ${only.exclusiveMaximum}` : only.maximum;
  const hasHigh = high !== undefined && high !== Number.MAX_SAFE_INTEGER;
  if (low === undefined && !hasHigh) return '';
  if (!hasHigh) return typeof low === 'string' ? `, ${low}` : `, from ${low}`;
  return low === undefined ? `, to ${high}` : `, ${low} to ${high}`;
}

/** A number that may be unknown or a range stands as one of these, not as a mapping. */
const isQuantity = options => options.some(isMapping) && !options.every(isMapping);

function defaultText(node, required) {
  if (node.default === undefined) return required ? '**required**' : '';
  const options = optionsOf(node);
  // Of a mapping with keys of its own the defaults stand at the keys.
  if (options.some(option => option.properties !== undefined) && node.default !== null) return '';
  return cell(code(JSON.stringify(node.default)));
}

/** Rows of the keys of a mapping, and of what is inside it; `options` are its kinds where it has several. */
function keyRows(options, prefix) {
  const [first] = options;
  if (options.length === 1 && isRecord(first))
    return keyRows(optionsOf(first.additionalProperties), `${prefix}.<name>`);
  const names = [...new Set(options.flatMap(option => Object.keys(option.properties)))];
  return names.flatMap(name => {
    const having = options.filter(option => option.properties[name] !== undefined);
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (name === 'kind' && options.length > 1) return [kindRow(options, key)];
    const node = having[0].properties[name];
    const kinds =
      having.length === options.length ? '' : `Of ${having.map(one => code(kindOf(one))).join(', ')}. `;
    const required = having.every(option => option.required?.includes(name));
    const takes = isQuantity(optionsOf(node))
      ? 'number, `{low, high}` or `unknown`'
      : typeText(node) + rangeText(node);
    const row = [code(key), cell(takes), defaultText(node, required), cell(kinds + (node.description ?? ''))];
    return [`| ${row.join(' | ')} |`, ...innerRows(node, key)];
  });
}

function kindRow(options, key) {
  const meanings = options.map(option => {
    const { const: kind, description } = option.properties.kind;
    return description === undefined ? '' : `${code(kind)}: ${description}`;
  });
  return `| ${code(key)} | ${options.map(option => code(kindOf(option))).join(', ')} | **required** | ${cell(meanings.join(' ').trim())} |`;
}

function innerRows(node, key) {
  const options = optionsOf(node);
  if (options.every(isMapping)) {
    if (options.every(option => isRecord(option) || Object.keys(option.properties).length > 0))
      return keyRows(options, key);
    return [];
  }
  const items = options.find(option => option.items !== undefined)?.items;
  const kinds = items === undefined ? [] : optionsOf(items);
  return kinds.length > 0 && kinds.every(isMapping) ? keyRows(kinds, `${key}[]`) : [];
}

function section(name, node) {
  const options = optionsOf(node);
  const optional = node.default === null ? ' Left out by default.' : '';
  const tables = options.map(option => {
    const title = options.length === 1 ? '' : `### ${name}, kind: ${kindOf(option)}\n\n`;
    return `${title}${tableHead}\n${keyRows([option], name).join('\n')}\n`;
  });
  return `## ${name}\n\n${node.description ?? options[0].description ?? ''}${optional}\n\n${tables.join('\n')}`;
}

/**
 * @param schema JSON Schema of stepdown.yaml
 * @param generated the line that says where the page comes from
 */
export function configurationReference(schema, generated) {
  const entries = Object.entries(schema.properties);
  const isSection = ([, node]) => optionsOf(node).every(isMapping);
  const plain = {
    properties: Object.fromEntries(entries.filter(entry => !isSection(entry))),
    required: schema.required,
  };
  return `# stepdown.yaml

${generated}

An unknown key is an error. Flags win over environment variables, which win over the file, which wins over defaults.
Editors complete and check the file by [stepdown.schema.json](stepdown.schema.json), which \`stepdown init\` writes and names in the first line.
\`<name>\` is a name of your own; \`[]\` is any entry of a list.

## Top level

${tableHead}
${keyRows([plain], '').join('\n')}

${entries
  .filter(isSection)
  .map(([name, node]) => section(name, node))
  .join('\n')}`;
}
