/**
 * Program of the process that is killed: writes captures and feedback as fast as it can, several at once, and
 * prints the id of each as soon as it is acknowledged.
 *
 *   node writer.mjs <workspace> <name>
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { captureOf } from './captured-content.mjs';
import { compiled } from './compiled.mjs';

const [workspace, name] = process.argv.slice(2);
const { openCaptureLog } = await import(compiled('store/captures/capture-log.ts'));
const { openCapturesFile } = await import(compiled('store/captures/captures-database.ts'));

const log = await openCaptureLog({
  dir: join(workspace, 'journal'),
  database: await openCapturesFile(join(workspace, 'captures.db')),
  mode: 'synchronous',
  windowMs: 0,
  maxBytes: 2 ** 40,
  journal: { segmentBytes: 64 << 10 },
  tell: () => {},
});
let next = 0;
async function write() {
  for (;;) {
    next += 1;
    const id = `${name}-${next.toString(36).padStart(6, '0')}`;
    await log.append(captureOf(id));
    if (log.state().failed > 0) process.exit(1);
    // A synchronous write: what was acknowledged is known even if the very next instruction is never reached.
    writeSync(1, `${id}\n`);
    if (next % 7 !== 0) continue;
    if (!(await log.addFeedback({ captureId: id, at: next, correctAnswer: `right ${id}`, rating: 1 }))) {
      process.exit(2);
    }
    writeSync(1, `+${id}\n`);
  }
}
for (let index = 0; index < 8; index += 1) void write();
