import { type Html, html, Html as Markup } from './html.ts';
import type { ReportData } from './schema.ts';
import { casesSection } from './sections/cases.ts';
import { forgettingSection } from './sections/forgetting.ts';
import { gatesSection } from './sections/gates.ts';
import { headline } from './sections/headline.ts';
import { labelsSection } from './sections/labels.ts';
import { methodSection } from './sections/method.ts';
import { quantizationSection } from './sections/quantization.ts';
import { systemsSection } from './sections/systems.ts';
import { trainingSection } from './sections/training.ts';
import { style } from './style.ts';

/**
 * The whole report as one HTML document: no scripts, nothing loaded from elsewhere, so it can be mailed,
 * archived and printed. Its policy forbids the page to load anything.
 */
export function reportPage(data: ReportData): string {
  const sections: (Html | null)[] = [
    headline(data),
    systemsSection(data.evaluation),
    gatesSection(data.evaluation.gates),
    quantizationSection(data.evaluation),
    labelsSection(data.evaluation),
    casesSection(data),
    trainingSection(data.training),
    forgettingSection(data.evaluation.forgetting),
    methodSection(data),
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="stepdown">
<title>${data.name} · stepdown report</title>
<style>${new Markup(style)}</style>
</head>
<body><main>
${sections}
</main></body>
</html>
`.text;
}
