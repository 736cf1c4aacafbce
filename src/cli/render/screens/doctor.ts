import type { DoctorCheck } from '../../../app/app.ts';
import type { Screen } from '../screen.ts';
import { wrap } from '../text.ts';

/** One line a check, with what to do below it, and a last line that says whether work can begin. */
export function doctorScreen(screen: Screen, checks: readonly DoctorCheck[]): string {
  const width = Math.max(...checks.map(check => check.id.length));
  const marks = {
    ok: screen.good('ok     '),
    warning: screen.caution('warning'),
    missing: screen.bad('missing'),
    skipped: screen.dim('skipped'),
  };
  const indent = ' '.repeat(2 + 7 + 2 + width + 2);
  const room = screen.columns - indent.length;
  const lines = checks.flatMap(check => [
    `  ${marks[check.status]}  ${check.id.padEnd(width)}  ${wrap(check.found, room, indent)}`,
    ...(check.hint === null
      ? []
      : [`${indent}${screen.accent(wrap(`→ ${check.hint}`, room - 2, `${indent}  `))}`]),
  ]);
  const missing = checks.filter(check => check.status === 'missing').length;
  const verdict =
    missing === 0
      ? screen.good('Ready: `stepdown run` can work here.')
      : screen.bad(`Not ready: ${missing === 1 ? '1 thing is' : `${missing} things are`} missing.`);
  return [...lines, '', verdict].join('\n');
}
