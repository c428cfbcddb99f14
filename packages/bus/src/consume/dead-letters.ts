import { type DeadLetter, SUBJECT_ROOT } from "@evenkeel/contracts";

import type { Core } from "../core.ts";
import { deadLetterOf, publishDeadLetter, resolvedLetter } from "./dead-letter.ts";
import type { SetAside } from "./dead-letter.ts";
import type { RawFact } from "../facts/read-fact.ts";

/** What one durable has set aside: told once, and told again when a later delivery of its subject was handled. */
export interface DeadLetters {
  /** What was told, once it is stored; undefined if it could not be, so that the message must come back. */
  setAside(raw: RawFact, why: SetAside): Promise<DeadLetter | undefined>;
  /** Takes up what an earlier owner has told. */
  remember(letter: DeadLetter): void;
  resolve(subject: string): Promise<void>;
}

export const createDeadLetters = (core: Core, durable: string): DeadLetters => {
  const { clock, log } = core.wire;
  const open = new Map<string, DeadLetter>();
  return {
    async setAside(raw, why) {
      const letter = deadLetterOf(core, durable, raw, why);
      const { reason, attempts } = why;
      const { subject } = raw;
      log.error("message was set aside", {
        consumer: durable,
        subject,
        reason: reason.code,
        message: reason.message,
        attempts,
      });
      try {
        await publishDeadLetter(core, letter);
        open.set(letter.key, letter);
        return letter;
      } catch (error) {
        log.error("dead letter was not stored", { subject, error });
        return undefined;
      }
    },
    remember: (letter) => void open.set(letter.key, letter),
    async resolve(subject) {
      const letter = open.get(subject.slice(SUBJECT_ROOT.length));
      if (letter === undefined) return;
      open.delete(letter.key);
      await publishDeadLetter(core, resolvedLetter(letter, clock.now())).catch((error: unknown) =>
        log.warn("end of a dead letter was not stored", { subject, error }),
      );
    },
  };
};
