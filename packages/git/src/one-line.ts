import { strike } from "@evenkeel/telemetry";

/**
 * Foreign text as one line for logs and screens: no credential, control characters or line separators, at most `length`
 * long. A host is sent our credential, so whatever it says may hold it.
 */
export const oneLine = (text: string, length: number): string =>
  strike(text)
    .replace(/[\p{Cc}\u2028\u2029]/gu, " ")
    .slice(0, length);
