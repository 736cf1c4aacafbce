import { coverageText, type Estimate } from '../../core/estimate.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';

const number = (value: number): string => value.toFixed(3);

/** `0.782 [0.702, 0.846], n = 124`. */
function interval(estimate: Estimate): string {
  return `${number(estimate.value)} [${number(estimate.low)}, ${number(estimate.high)}], n = ${estimate.n}`;
}

/** Licences as hubs spell them; a card with any other is refused there, so the rest goes by its name. */
const hubLicences = ['apache-2.0', 'mit', 'gemma', 'bsd-3-clause', 'cc-by-4.0', 'cc-by-nc-4.0', 'openrail'];

function licenceTags(licence: string): string[] {
  const spelt = licence.toLowerCase().replace(/^llama-(\d(?:\.\d)?)-community$/, 'llama$1');
  return hubLicences.includes(spelt) || /^llama\d(?:\.\d)?$/.test(spelt)
    ? [`license: ${spelt}`]
    : ['license: other', `license_name: ${JSON.stringify(licence)}`];
}

/** A cell of a Markdown table: no pipes or line breaks of the data's own. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}

/**
 * The model card that travels with a specialist: Markdown with the front matter that hubs read.
 * @see https://huggingface.co/docs/hub/model-cards
 */
export function modelCard(
  manifest: Omit<SpecialistManifest, 'hash' | 'createdAt'>,
  evaluation: Evaluation,
  baseName: string,
): string {
  const metric = evaluation.primaryMetric;
  const systems = evaluation.systems.flatMap(system => {
    const estimate = system.metrics[metric];
    return estimate ? [`| ${cell(system.title)} | ${interval(estimate)} |`] : [];
  });
  const licences = manifest.licences.map(
    ({ what, licence, note }) => `- ${what}: ${licence}${note ? ` (${note})` : ''}`,
  );
  const findings = evaluation.findings.map(finding => `- ${finding.text}`);
  const forgetting = evaluation.forgetting;
  return [
    '---',
    ...licenceTags(manifest.base.licence),
    `base_model: ${JSON.stringify(baseName)}`,
    'library_name: gguf',
    'tags: [stepdown, specialist]',
    '---',
    '',
    `# ${manifest.name}`,
    '',
    describeTask(manifest),
    '',
    `Made from **${manifest.base.id}** by stepdown ${manifest.lineage.stepdownVersion}; served as **${manifest.quantization}** GGUF.`,
    '',
    '## Measured on held-out rows',
    '',
    `${evaluation.testRows} rows in ${evaluation.testGroups} groups that training and selection never read. Metric: ${metric}, with ${coverageText(manifest.evaluation.estimate)} intervals.`,
    '',
    `| system | ${metric} |`,
    '| --- | --- |',
    ...systems,
    '',
    ...(findings.length > 0 ? ['## Findings', '', ...findings, ''] : []),
    ...(forgetting
      ? [
          '## Forgetting',
          '',
          `General probe (${forgetting.probe}): base ${interval(forgetting.base)}; specialist ${interval(forgetting.specialist)}; difference ${interval(forgetting.delta)}.${forgetting.informative ? '' : ' The base is near chance on these questions, so this says little.'}`,
          '',
        ]
      : []),
    '## Use',
    '',
    'Ask exactly as it was trained: the bare input as one user turn' +
      `${manifest.prompt.system === null ? ', no system message' : ', with the system message of manifest.json'}, temperature 0,` +
      ` at most ${manifest.prompt.maxAnswerTokens} answer tokens. It knows this one task; anything else is out of its scope.`,
    '',
    '## Lineage',
    '',
    `- dataset: \`${manifest.lineage.datasetHash}\``,
    `- base weights: \`${manifest.base.sha256}\` from \`${manifest.base.reference}\``,
    `- served weights: \`${manifest.files.model.sha256}\``,
    `- runs: ${manifest.lineage.runIds.map(id => `\`${id}\``).join(', ')}`,
    '',
    '## Licences',
    '',
    ...licences,
    '',
  ].join('\n');
}

function describeTask(manifest: Omit<SpecialistManifest, 'hash' | 'createdAt'>): string {
  const { task } = manifest;
  if (task.kind === 'classify') {
    return `Puts one input into one of ${task.labels.length} labels: ${task.labels.join('; ')}.`;
  }
  if (task.kind === 'extract') {
    const fields = Object.keys((task.schema['properties'] as Record<string, unknown> | undefined) ?? {});
    return `Extracts a JSON record${fields.length > 0 ? ` with the fields ${fields.join(', ')}` : ''} from one input.`;
  }
  return 'Writes a text for one input.';
}
