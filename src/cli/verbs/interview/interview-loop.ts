import type { Interview } from '../../../app/interview/views.ts';
import type { Terminal } from '../../io.ts';
import { readLines } from '../../line-reader.ts';
import type { Screen } from '../../render/screen.ts';
import { interviewIntroduction, questionScreen, sectionHeading } from '../../render/screens/question.ts';
import { printable, wrap } from '../../render/text.ts';

/**
 * Asks one question after the other until all are answered and none contradicts another. Every answer is kept
 * before the next question is shown, so Ctrl-C and the end of the input lose nothing.
 * @param file the file of answers as it is shown
 * @returns false where somebody ended it before the last question
 * @throws ConfigError `answers-contradict` where the contradicting answers are not among the questions
 */
export async function interviewLoop(
  { output, screen, ...terminal }: Terminal & { readonly screen: Screen },
  interview: Interview,
  file: string,
): Promise<boolean> {
  const lines = readLines({ ...terminal, output });
  const say = (text: string) => output.write(`${text}\n`);
  let section: string | null = null;
  say(interviewIntroduction(screen, file, interview));
  try {
    for (;;) {
      const question = interview.question();
      if (question === null) {
        const clashes = interview.contradictions();
        if (clashes.length === 0) return true;
        say(`\n${screen.caution('Two answers cannot both be true:')}`);
        for (const clash of clashes) say(`  • ${wrap(printable(clash), screen.columns - 4, '    ')}`);
        section = null;
        continue;
      }
      if (question.section.title !== section) say(`\n${sectionHeading(screen, question.section)}`);
      section = question.section.title;
      say(`\n${questionScreen(screen, question)}`);
      for (;;) {
        const line = await lines.ask('     > ');
        if (line === null) return false;
        const said = await interview.say(line);
        if (said.kind === 'quit') return false;
        if (said.kind === 'problem') {
          say(`       ${screen.caution(wrap(printable(said.message), screen.columns - 7, ' '.repeat(7)))}`);
          continue;
        }
        if (said.kind === 'kept')
          say(`       ${screen.good(wrap(printable(said.text), screen.columns - 7, ' '.repeat(7)))}`);
        break;
      }
    }
  } finally {
    lines.close();
  }
}
