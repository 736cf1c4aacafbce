/**
 * Kills processes that write captures, without warning and at random moments, and checks what is left: everything
 * acknowledged is there and whole, the database is intact, and nothing is there that nobody wrote.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureOf } from './captured-content.mjs';
import { compiled } from './compiled.mjs';
import { compileSources } from './sources.mjs';

const writer = fileURLToPath(new URL('./writer.mjs', import.meta.url));
/** Processes that write to one workspace at once. */
const writersAtOnce = 3;
/** A new workspace after so many kills, so that checking all of it stays quick. */
const killsPerWorkspace = 30;

/** Before the first kill. */
const none = { kills: 0, acknowledged: 0, feedback: 0, unacknowledged: 0 };

/**
 * @param {object} options
 * @param {number} options.kills in all
 * @param {string} [options.folder] on the disk that is tested
 * @param {typeof none} [options.from] what an earlier run had checked
 * @param {(totals: typeof none) => void} [options.onChecked] told after each workspace, when all of it was checked
 * @returns how many processes were killed and what was checked; rejects on the first loss
 */
export async function killRounds({ kills, folder = tmpdir(), from = none, onChecked = () => {} }) {
  compileSources();
  const totals = { ...from };
  while (totals.kills < kills) {
    const workspace = mkdtempSync(join(folder, 'kill-9-'));
    try {
      const acknowledged = new Set();
      for (let done = 0; done < killsPerWorkspace && totals.kills < kills; done += writersAtOnce) {
        const count = Math.min(writersAtOnce, kills - totals.kills);
        const outputs = await Promise.all(
          Array.from({ length: count }, (_, index) => writeAndDie(workspace, `w${done + index}`)),
        );
        for (const id of outputs.flat()) acknowledged.add(id);
        totals.kills += count;
        const found = await check(workspace, acknowledged);
        if (done + writersAtOnce < killsPerWorkspace && totals.kills < kills) continue;
        totals.unacknowledged += found.unacknowledged;
      }
      for (const id of acknowledged) totals[id.startsWith('+') ? 'feedback' : 'acknowledged'] += 1;
      onChecked({ ...totals });
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  }
  return totals;
}

/** Starts a writer, kills it some time after its first acknowledgement, and gives the ids that it acknowledged. */
async function writeAndDie(workspace, name) {
  const child = spawn(process.execPath, [writer, workspace, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    if (output === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * 60);
    output += text;
  });
  const [code, signal] = await new Promise(ended => child.on('close', (...how) => ended(how)));
  assert.equal(signal, 'SIGKILL', `the writer ended by itself with ${code}`);
  // The last line may have been cut by the kill; its capture may or may not be there.
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

async function check(workspace, acknowledged) {
  const { openCaptureLog } = await import(compiled('store/captures/capture-log.ts'));
  const { openCapturesFile } = await import(compiled('store/captures/captures-database.ts'));
  const { CaptureStore } = await import(compiled('store/captures/capture-store.ts'));
  const { sql } = await import('kysely');
  const file = join(workspace, 'captures.db');
  const dir = join(workspace, 'journal');
  const log = await openCaptureLog({
    dir,
    database: await openCapturesFile(file),
    mode: 'synchronous',
    windowMs: 0,
    maxBytes: 2 ** 40,
    tell: () => {},
  });
  await log.close();
  const opened = await openCapturesFile(file);
  try {
    const { rows } = await sql`pragma integrity_check`.execute(opened.database);
    assert.deepEqual(rows, [{ integrity_check: 'ok' }]);
    const found = new Set();
    for await (const { capture, feedback } of new CaptureStore(opened.database, 2 ** 40).all({})) {
      assert.deepEqual(capture, captureOf(capture.id));
      found.add(capture.id);
      for (const said of feedback) {
        assert.equal(said.correctAnswer, `right ${capture.id}`);
        found.add(`+${capture.id}`);
      }
    }
    for (const id of acknowledged) assert.ok(found.has(id), `${id} was acknowledged and is lost`);
    const captures = [...found].filter(id => !id.startsWith('+')).length;
    const { captures: counted } = await new CaptureStore(opened.database, 2 ** 40).totals();
    assert.equal(counted, captures);
    return { unacknowledged: found.size - acknowledged.size };
  } finally {
    await opened.close();
  }
}
