import { type Html, html, Html as Markup } from './html.ts';
import { style } from './style.ts';

/** What makes one page. */
export interface Page {
  /** BCP 47 language of its text: `en`. */
  readonly language: string;
  readonly title: string;
  readonly body: Html;
  /** Style of this page alone, after the common one. */
  readonly furtherStyle?: string;
}

/**
 * One HTML document: no scripts, nothing loaded from elsewhere, so it can be mailed, archived and printed. Its policy
 * forbids the page to load anything.
 */
export function documentPage({ language, title, body, furtherStyle = '' }: Page): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="stepdown">
<title>${title}</title>
<style>${new Markup(style + furtherStyle)}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`.text;
}
