/**
 * `npm test`: sets up a fresh clone, then runs every tier and ends with `N passed, N failed`.
 * Tiers by name run alone: `npm test -- unit e2e`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();

const folder = mkdtempSync(join(tmpdir(), 'stepdown-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, said once more at the end: a log that keeps its tail alone still names it. */
const failures = [];

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** A check without tests of its own counts as one. */
function count(name, status) {
  totals[status === 0 ? 'passed' : 'failed']++;
  if (status !== 0) failures.push(name);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
  return result.status ?? 1;
}

/** Each failed test of a report of vitest's: its file, its name, and the first lines of why. */
function failedTests(report) {
  return report.testResults.flatMap(file =>
    file.assertionResults
      .filter(test => test.status === 'failed')
      .map(test => {
        const why = (test.failureMessages[0] ?? '').split('\n').slice(0, 12).join('\n    ');
        return `${relative(root, file.name)}: ${test.fullName}\n    ${why}`;
      }),
  );
}

function vitest(project) {
  const report = join(folder, `${project}.json`);
  const status = run(process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) return count(`${project} tests`, 1);
  const result = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests;
  totals.skipped += result.numPendingTests;
  failures.push(...failedTests(result).map(test => `${project}: ${test}`));
  // A file that fails to load has no tests of its own, and must not pass for green.
  if (status !== 0 && result.numFailedTests === 0) count(`${project} tests`, 1);
}

/** The trainer's own tests, in the environment that the product makes. */
function trainer() {
  const report = join(folder, 'trainer.xml');
  const status = run(process.execPath, [join(root, 'scripts', 'trainer-tests.mjs'), report]);
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const suite = xml.match(/<testsuite\b[^>]*>/)?.[0];
  if (!suite) return count('trainer tests', 1);
  const number = name => Number(suite.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  totals.failed += failed;
  totals.skipped += number('skipped');
  totals.passed += number('tests') - failed - number('skipped');
  for (const [, name, why] of xml.matchAll(
    /<testcase\b[^>]*\bname="([^"]*)"[^>]*><(?:failure|error)\b[^>]*\bmessage="([^"]*)"/g,
  ))
    failures.push(`trainer: ${name}: ${why}`);
  if (status !== 0 && failed === 0) count('trainer tests', 1);
}

const node = script => run(process.execPath, [join(root, 'scripts', script)]);
const bin = (name, args) => run(join(root, 'node_modules', '.bin', name), args);
const tiers = {
  static: () => {
    count('format and lint', bin('biome', ['ci', '.']));
    count('types', bin('tsc', ['--noEmit', '-p', 'tsconfig.json']));
    count('layers', node('check-layers.mjs'));
    count('unused code', bin('knip', []));
    count('reference docs', run(process.execPath, [join(root, 'scripts', 'reference-docs.mjs'), '--check']));
  },
  unit: () => vitest('unit'),
  e2e: () => vitest('e2e'),
  clients: () => vitest('clients'),
  trainer,
  model: () => vitest('model'),
  package: () => vitest('package'),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter(name => !(name in tiers));
if (unknown.length > 0) {
  say(`Unknown tier ${unknown.join(', ')}. Tiers: ${Object.keys(tiers).join(', ')}.`);
  process.exit(2);
}
for (const [name, tier] of Object.entries(tiers)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  say(`\n== ${name}`);
  const began = performance.now();
  tier();
  say(`== ${name} took ${Math.round((performance.now() - began) / 1000)} s`);
}
rmSync(folder, { recursive: true, force: true });
for (const failure of failures) say(`FAILED ${failure}`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
say(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed === 0 ? 0 : 1);
