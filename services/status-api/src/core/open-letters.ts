import { DeadLetterClass, decodeToken, SUBJECT_ROOT } from "@evenkeel/contracts";
import type { DeadLetter, Reason } from "@evenkeel/contracts";

/** Dead letters that are not resolved, by the consumer and subject they are about. */
export type OpenLetters = ReadonlyMap<string, DeadLetter>;

export const noLetters: OpenLetters = new Map();

/** What the message was about that was set aside. */
export type LetterPlace = { readonly cluster: string; readonly app: string } | { readonly source: string } | undefined;

const OF_UNIT = /^(?:render|desired|drift|applied|health)\.\d+\.([^.]+)\.([^.]+)(?:\.(?:problem|waiting))?$/;
const OF_SOURCE = /^(?:commit|plan)\.\d+\.([^.]+)(?:\.problem)?$/;

/** Reads a subject, which is all that a dead letter says of its message; undefined for one of nobody's. */
export const placeOf = ({ subject }: DeadLetter): LetterPlace => {
  const tail = subject.startsWith(SUBJECT_ROOT) ? subject.slice(SUBJECT_ROOT.length) : "";
  const [cluster, app] = (OF_UNIT.exec(tail) ?? []).slice(1).map(decodeToken);
  if (cluster !== undefined && app !== undefined) return { cluster, app };
  const [source] = (OF_SOURCE.exec(tail) ?? []).slice(1).map(decodeToken);
  return source === undefined ? undefined : { source };
};

export const foldLetter = (open: OpenLetters, letter: DeadLetter): OpenLetters => {
  const after = new Map(open);
  const key = `${letter.service} ${letter.consumer} ${letter.key}`;
  if (letter.class === DeadLetterClass.RESOLVED) after.delete(key);
  else after.set(key, letter);
  return after;
};

/** What people read of a letter. */
export const reasonOfLetter = ({ attempts, consumer, reason, service }: DeadLetter): Reason => ({
  code: reason?.code ?? "Unexpected",
  message: `set aside by ${consumer} after ${attempts} ${attempts === 1 ? "try" : "tries"}: ${reason?.message ?? ""}`,
  remedy: `it is tried again by itself within the hour, and at once after a restart of ${service}`,
});

/** True where the newest request for a render was set aside: what Git says is not known to be what is live. */
export const hidesRender = (open: OpenLetters): boolean =>
  [...open.values()].some(({ subject }) => subject.startsWith(`${SUBJECT_ROOT}render.`));
