import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(
  name => spawnSync(name, ['--version']).status === 0,
);
const mostPages = 4;
const folder = mkdtempSync(join(tmpdir(), 'stepdown-print-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Pages of a PDF as chromium writes it: page objects are not compressed. */
function pagesOf(pdf: string): number {
  return readFileSync(pdf, 'latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

describe.skipIf(chromium === undefined)('the decision printed from a browser', () => {
  it.each(['fault-triage', 'work-order-entities'])('takes at most four pages of A4: %s', example => {
    const [page, pdf] = [join(folder, `${example}.html`), join(folder, `${example}.pdf`)];
    const answers = join(root, 'examples', example, 'answers.yaml');
    const cli = join(root, 'dist', 'cli', 'main.js');
    const made = spawnSync(process.execPath, [cli, 'decide', '--answers', answers, '--report', page], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(made.status, made.stderr).toBe(0);
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer'];
    spawnSync(chromium!, [...options, `--print-to-pdf=${pdf}`, pathToFileURL(page).href]);
    expect(pagesOf(pdf)).toBeGreaterThan(0);
    expect(pagesOf(pdf)).toBeLessThanOrEqual(mostPages);
  });
});
