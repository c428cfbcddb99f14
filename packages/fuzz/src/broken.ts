/** What must hold does not, for this input. */
export class LawBroken extends Error {
  override readonly name = "LawBroken";
}

/** Throws LawBroken with this sentence, if so. */
export const brokenIf = (isBroken: boolean, sentence: string | (() => string)): void => {
  if (isBroken) throw new LawBroken(typeof sentence === "string" ? sentence : sentence());
};

export type Attempt<T, E> =
  | { readonly value: T; readonly refused?: never }
  | { readonly value?: never; readonly refused: E };

/** What the call gives, or its own error by which it refuses; any other that it throws is a broken law. */
export const attempt = <T, E extends Error>(
  call: () => T,
  own: abstract new (...args: never[]) => E,
): Attempt<T, E> => {
  try {
    return { value: call() };
  } catch (cause) {
    if (cause instanceof own) return { refused: cause };
    if (cause instanceof LawBroken) throw cause;
    const told = cause instanceof Error ? `${cause.name}: ${cause.message.slice(0, 300)}` : String(cause);
    throw new LawBroken(`a foreign exception: ${told}`, { cause });
  }
};

/** What the call gives, undefined where it refuses; see `attempt`. */
export const taken = <T, E extends Error>(call: () => T, own: abstract new (...args: never[]) => E): T | undefined =>
  attempt(call, own).value;

/** What the call gives, which has no error of its own. */
export const always = <T>(call: () => T): T => {
  const { value, refused } = attempt(call, LawBroken);
  if (refused !== undefined) throw refused;
  return value;
};
