import { type Html, html } from '../../document/html.ts';
import { documentPage } from '../../document/page.ts';
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

/** The whole report as one HTML document, see `documentPage`. */
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
  return documentPage({ language: 'en', title: `${data.name} · stepdown report`, body: html`${sections}` });
}
