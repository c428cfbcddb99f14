import { isApiError, KubeconfigRefused } from "@evenkeel/kube";
import { NatsServerFailed } from "@evenkeel/embedded-nats";

/** A start that cannot go on, in words that say what to do: subject, cause, remedy. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const remedies: Readonly<Record<string, string>> = {
  ENOENT: "name one that is there",
  EISDIR: "name a file, not a folder",
  ENOTDIR: "name a folder, not a file",
  EEXIST: "name a folder, not a file",
  EACCES: "make it readable and writable for this user",
  EPERM: "make it readable and writable for this user",
  EROFS: "name one on a file system that can be written",
  ENOSPC: "free some space there, or name another",
};

/** Wraps what went wrong with a file that an option named: `--kubeconfig FILE: ...`. Other errors stay as they are. */
export const aboutFile = (option: string, path: string, error: unknown): unknown => {
  const remedy = remedies[codeOf(error)];
  if (remedy === undefined) return error;
  const words = error instanceof Error ? error.message.split(",")[0] : "";
  return new CannotStart(`${option} ${path}: ${words}; ${remedy}`, { cause: error });
};

const ELSEWHERE = "name another folder, where this user may write";

/** Why a folder of ours cannot be used, whatever the system says of it; `remedy` where the user did not name the folder. */
export const aboutFolder = (what: string, path: string, error: unknown, remedy?: string): unknown => {
  const code = codeOf(error);
  if (code === "" || error instanceof CannotStart) return error;
  const words = error instanceof Error ? error.message : "";
  const known = code === "EEXIST" || code === "ENOTDIR" || code === "ENOSPC" ? remedies[code] : undefined;
  const mend = known ?? remedy ?? ELSEWHERE;
  return new CannotStart(`${what} ${path}: ${words}; ${mend}`, { cause: error });
};

/** The words for an error that a person can mend without reading code; undefined for one that nobody foresaw. */
export const explainFailure = (error: unknown): string | undefined => {
  if (error instanceof CannotStart || error instanceof NatsServerFailed) return error.message;
  if (error instanceof KubeconfigRefused) return `${error.message}`;
  if (isApiError(error)) return `a cluster cannot be reached: ${error.message}; start it, or pass another --kubeconfig`;
  if (codeOf(error) === "ENOSPC")
    return `the disk is full: ${(error as Error).message}; free some space, or pass --data DIR`;
  return undefined;
};
