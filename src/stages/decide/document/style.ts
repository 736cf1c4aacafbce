/** Style of the decision alone: what two columns, four answers and a dense appendix need. */
export const decisionStyle = `
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 0 40px; }
.columns h2 { margin-top: 32px; }
ul.statements { list-style: none; margin: 4px 0 0; padding: 0; max-width: 72ch; }
ul.statements li { margin: 0; padding: 7px 0; border-top: 1px solid var(--line); }
ul.statements li:first-child { border-top: 0; }
.rule { color: var(--faint); font-size: 12px; display: block; overflow-wrap: anywhere; }
.next { border-left: 3px solid var(--specialist); background: var(--panel); padding: 12px 18px; border-radius: 0 10px 10px 0; margin: 20px 0 0; }
.next p { margin: 0; } .next .label { color: var(--soft); font-size: 13px; }
.verdict { color: var(--specialist); }
.verdict.large { color: var(--large); } .verdict.open { color: var(--unsure); }
.tile .value.span { font-size: 20px; line-height: 1.75; }
.legend i.band { width: 18px; border-radius: 2px; background: var(--ink); opacity: .14; }
.tile .value.good { color: var(--good); } .tile .value.bad { color: var(--bad); }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 12px; margin: 12px 0; }
.answer { border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; break-inside: avoid; }
.answer h3 { font-size: 15px; margin: 0 0 6px; }
.answer dl { grid-template-columns: 1fr auto; gap: 3px 16px; margin: 0; font-size: 13.5px; }
.answer dd { text-align: right; font-weight: 550; }
.answer dd.assumed { color: var(--soft); font-weight: 400; font-style: italic; }
td.number { white-space: nowrap; }
.appendix { font-size: 13px; } .appendix table { font-size: 12.5px; }
.appendix td, .appendix th { padding: 3px 10px 3px 0; }
.appendix ol { padding-left: 22px; margin: 4px 0; } .appendix ol li { margin: 2px 0; overflow-wrap: anywhere; }
.appendix tr.assumed td { color: var(--soft); }
.appendix h3 { font-size: 14px; margin: 18px 0 2px; }
@media (max-width: 640px) {
  .answers, .columns { grid-template-columns: 1fr; }
  .answer dl { grid-template-columns: 1fr auto; } .answer dd { margin: 0; }
}
@media print {
  @page { margin: 13mm 14mm; }
  body { font-size: 9pt; line-height: 1.4; } .lead { font-size: 11pt; } h1 { font-size: 19pt; }
  h2 { font-size: 12pt; margin-top: 12pt; } .columns h2 { margin-top: 10pt; }
  p { margin: 3pt 0 5pt; max-width: none; } .note, figcaption { font-size: 8pt; }
  .tiles { grid-template-columns: repeat(4, 1fr); gap: 6pt; margin: 10pt 0 4pt; }
  .tile { padding: 6pt 8pt; } .tile .value { font-size: 15pt; } .tile .value.span { font-size: 11pt; } .tile .label, .tile .detail { font-size: 7.5pt; }
  .columns { grid-template-columns: 1fr 1fr; gap: 0 20pt; } ul.statements li { padding: 3pt 0; break-inside: avoid; }
  .rule { font-size: 6.8pt; } .next { padding: 6pt 10pt; margin-top: 8pt; break-inside: avoid; }
  .answers { grid-template-columns: 1fr 1fr; gap: 6pt; margin: 6pt 0; } .answer { padding: 6pt 9pt; }
  .answer h3 { font-size: 9.5pt; } .answer dl { font-size: 8pt; gap: 1pt 10pt; }
  table { font-size: 8pt; } caption { font-size: 8pt; } code { font-size: .9em; } td, th { padding: 3pt 8pt 3pt 0; } figure { margin: 4pt 0 2pt; } .legend { font-size: 8pt; }
  section.chart { break-inside: avoid; }
  figure.compact svg { max-height: 62mm; }
  .appendix, .appendix table { font-size: 6.9pt; line-height: 1.3; } .appendix td, .appendix th { padding: 1pt 6pt 1pt 0; }
  .appendix th { font-size: 6.9pt; } .appendix .columns { gap: 0 14pt; } .appendix h3 { font-size: 8.5pt; margin: 6pt 0 0; break-after: avoid; }
  .appendix ol { columns: 2; column-gap: 14pt; } .appendix ol li { margin: 0; }
}
`;
