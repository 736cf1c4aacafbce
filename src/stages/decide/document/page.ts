import { html } from '../../../document/html.ts';
import { documentPage } from '../../../document/page.ts';
import type { DecisionDocumentData } from './data.ts';
import { type DocumentText, english } from './english.ts';
import { answersSection } from './sections/answers.ts';
import { appendix } from './sections/appendix.ts';
import { costSection } from './sections/cost.ts';
import { curveSection } from './sections/curve.ts';
import { outlook } from './sections/outlook.ts';
import { qualitySection } from './sections/quality.ts';
import { tornadoSection } from './sections/tornado.ts';
import { verdictSection } from './sections/verdict.ts';
import { decisionStyle } from './style.ts';

/** The decision as one HTML document that prints on A4, see `documentPage`. */
export function decisionPage(data: DecisionDocumentData, text: DocumentText = english): string {
  return documentPage({
    language: text.language,
    title: text.documentTitle(data.name),
    furtherStyle: decisionStyle,
    body: html`${[
      verdictSection(data, text),
      answersSection(data, text),
      costSection(data, text),
      tornadoSection(data, text),
      curveSection(data, text),
      qualitySection(data, text),
      outlook(data, text),
      appendix(data, text),
    ]}`,
  });
}
