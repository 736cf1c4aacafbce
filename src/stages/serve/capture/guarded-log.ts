import type { CaptureLog, ContentPolicy } from '../../../core/capture.ts';
import type { Redactor } from '../../../redaction/redactor.ts';
import { keptContent, keptFeedback } from './content-keeper.ts';

export interface GuardOptions {
  /** The policy of an alias as it is now. */
  readonly policyOf: (alias: string) => ContentPolicy;
  readonly redactor: Redactor;
  /** The alias of a capture; null where no capture has this id. */
  readonly aliasOf: (captureId: string) => Promise<string | null>;
}

/** A log that is given everything and writes only what the alias's policy keeps: redaction comes before the disk. */
export function guardedCaptureLog(
  log: CaptureLog,
  { policyOf, redactor, aliasOf }: GuardOptions,
): CaptureLog {
  return {
    append(capture) {
      const { messages, answer, localAnswer, largeAnswer } = capture;
      const content = { messages, answer, localAnswer, largeAnswer };
      return log.append({ ...capture, ...keptContent(content, policyOf(capture.alias), redactor) });
    },
    async addFeedback(feedback) {
      const alias = await aliasOf(feedback.captureId);
      if (alias === null) return false;
      return log.addFeedback(keptFeedback(feedback, policyOf(alias), redactor));
    },
    state: () => log.state(),
    close: () => log.close(),
  };
}
