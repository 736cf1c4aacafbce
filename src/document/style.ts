/** The report's only style sheet: light and dark by the reader's setting, paper in black on white. */
export const style = `
:root {
  --ink: #16202e; --soft: #56637a; --faint: #8b97a9; --line: #dde3ec; --paper: #ffffff; --panel: #f5f7fb;
  --specialist: #2457d6; --base: #b7791f; --floor: #7a8699; --large: #8a3fb8; --train: #b7791f;
  --good: #16794a; --bad: #b3261e; --unsure: #8a6100; --heat: 36, 87, 214;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7ecf4; --soft: #a6b2c5; --faint: #7c889b; --line: #2b3647; --paper: #10161f; --panel: #18212d;
    --specialist: #83a8ff; --base: #e2b15b; --floor: #97a3b6; --large: #cf9bea; --train: #e2b15b;
    --good: #62cf98; --bad: #ff8f86; --unsure: #e2b15b; --heat: 131, 168, 255;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 920px; margin: 0 auto; padding: 48px 24px 72px; }
header .kicker { color: var(--soft); font-size: 13px; letter-spacing: .02em; margin: 0; }
h1 { font-size: 32px; line-height: 1.2; letter-spacing: -.015em; margin: 4px 0 12px; text-wrap: balance; }
h2 { font-size: 20px; letter-spacing: -.01em; margin: 48px 0 6px; }
p { margin: 6px 0 12px; max-width: 72ch; }
.lead { font-size: 18px; line-height: 1.5; }
.note, figcaption, .range { color: var(--soft); }
.note, figcaption { font-size: 14px; }
.range { white-space: nowrap; font-size: .9em; }
.estimate { white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 24px 0 8px; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tile .label { color: var(--soft); font-size: 13px; }
.tile .value { font-size: 28px; font-weight: 650; letter-spacing: -.02em; line-height: 1.25; }
.tile .detail { color: var(--soft); font-size: 13px; }
ul.findings { padding-left: 20px; max-width: 72ch; }
ul.findings li { margin: 4px 0; }
figure { margin: 12px 0 4px; }
figure svg { max-width: 100%; height: auto; display: block; overflow: visible; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; margin: 8px 0; }
caption { text-align: left; color: var(--soft); font-size: 14px; padding-bottom: 6px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13px; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
tr.chosen td { font-weight: 600; background: var(--panel); }
tr.chosen td:first-child { box-shadow: -8px 0 0 var(--panel), inset 3px 0 0 var(--specialist); padding-left: 10px; }
.tag { display: inline-block; border-radius: 99px; padding: 0 9px; font-size: 12.5px; font-weight: 600; border: 1px solid currentColor; white-space: nowrap; }
.pass { color: var(--good); } .fail { color: var(--bad); } .not-enough-rows { color: var(--unsure); }
.cases { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 8px 32px; }
.cases h3 { font-size: 15px; margin: 12px 0 4px; }
.case { border-top: 1px solid var(--line); padding: 8px 0; font-size: 14px; overflow-wrap: anywhere; }
.case q { font-weight: 550; quotes: "“" "”"; }
.case .answer { color: var(--soft); display: block; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--soft); margin: 4px 0; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 99px; margin-right: 6px; }
code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; font-size: 14px; margin: 8px 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
figure.narrow { display: none; }
@media (max-width: 640px) {
  main { padding: 28px 16px 48px; } h1 { font-size: 26px; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  figure.wide { overflow-x: auto; } figure.wide svg { min-width: 560px; }
  figure.redrawn { display: none; } figure.narrow { display: block; }
}
@media print {
  :root {
    --ink: #000; --soft: #444; --faint: #777; --line: #ccc; --paper: #fff; --panel: #f4f6fa;
    --specialist: #2457d6; --base: #9a6412; --floor: #6b7688; --large: #7a34a5; --train: #9a6412;
    --good: #12673e; --bad: #a3221b; --unsure: #7a5600; --heat: 36, 87, 214;
    color-scheme: light; print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }
  @page { size: A4; margin: 16mm 15mm; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  h1 { font-size: 21pt; } h2 { font-size: 13.5pt; margin-top: 20pt; break-after: avoid; }
  figure, tr, .case, .tile { break-inside: avoid; }
  h3, .legend, h2 + .note, h2 + p { break-after: avoid; }
  .cases { display: block; } .scroll { overflow: visible; }
  table { font-size: 9pt; } th { font-size: 8.5pt; }
}
`;
