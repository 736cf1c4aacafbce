import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { html } from './html.ts';
import { documentPage } from './page.ts';

test('a page has its language, title and style, and a policy that loads nothing', () => {
  const page = documentPage({
    language: 'de',
    title: '<b>Bericht</b>',
    body: html`<p>${'1 < 2'}</p>`,
    furtherStyle: '.own { color: red; }',
  });
  const { document } = parseHTML(page);
  expect(page.startsWith('<!doctype html>')).toBe(true);
  expect(document.documentElement.getAttribute('lang')).toBe('de');
  expect(document.title).toBe('<b>Bericht</b>');
  expect(page).toContain('.own { color: red; }</style>');
  expect(document.querySelector('main p')?.textContent).toBe('1 < 2');
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("default-src 'none'");
});
