import { strike } from "@evenkeel/telemetry";

import { GitFailed } from "./git-failed.ts";
import type { GitReason } from "./git-failed.ts";
import { oneLine } from "./one-line.ts";
import type { GitResult } from "./run-git.ts";

interface Row {
  readonly says: RegExp;
  readonly reason: GitReason;
  readonly remedy: string;
}

// Words about our own disk; a host that says the same of its own is marked by git.
const damaged =
  /^(?!remote: ).*(?:not a git repository: |objects\/pack\/pack-|bad object refs\/|unable to (?:read|parse) (?:sha1 file|tree|commit)|object file .* is empty|loose object .* is corrupt|revision walk setup failed)/m;

// Git's own words under LC_ALL=C, most telling first: one failure prints several of these lines.
const rows: readonly Row[] = [
  {
    says: /died of signal 25|File size limit exceeded|Out of memory|out of memory|Cannot allocate memory|mmap failed|pack exceeds maximum/,
    reason: "LimitExceeded",
    remedy: "make the repository smaller, or raise the pack and memory limits of the source-watcher",
  },
  {
    says: damaged,
    reason: "ObjectCorrupt",
    remedy: "the store is made again; look at the disk if this repeats",
  },
  {
    says: /shallow update not allowed|shallow roots are not allowed|attempt to fetch\/clone from a shallow|source repository is shallow/,
    reason: "ServerCapability",
    remedy: "the remote's own repository is shallow: serve a complete one",
  },
  {
    says: /couldn't find remote ref|Could not find remote ref|not our ref|no matching remote head/,
    reason: "RefGone",
    remedy: "push the Git ref again, or declare another one",
  },
  {
    says: /fsck error|: (?:zeroPaddedFilemode|badTimezone|[a-z]+[A-Z][A-Za-z]+): |bad object|corrupt|inflate: data stream error|unpack-objects failed|missing blob|missing tree|did not send all necessary objects|did not receive expected object/,
    reason: "ObjectCorrupt",
    remedy: "repair the history at its source: git fsck there names the object",
  },
  {
    says: /SSL certificate problem|server certificate verification failed|certificate (?:has expired|verify failed)|SSL: no alternative certificate|does not match target host name|Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No .* host key is known/,
    reason: "HostIdentityChanged",
    remedy: "check the host's certificate or host key; only then change the CA or known hosts",
  },
  {
    says: /requested URL returned error: 30\d|unable to update url base from redirection|Maximum \(0\) redirects/,
    reason: "HostDenied",
    remedy: "declare the final URL: redirects are not followed",
  },
  {
    says: /Authentication failed|could not read (?:Username|Password)|requested URL returned error: 40[134]|repository '.*' not found|Permission denied|Repository not found|does not appear to be a git repository|Access denied/,
    reason: "AuthFailed",
    remedy: "check that the repository exists and that the referenced secret may read it",
  },
  {
    says: /transport '.*' not allowed|protocol '.*' is not (?:allowed|supported)/,
    reason: "UrlDenied",
    remedy: "use an https or ssh URL",
  },
  {
    says: /Operation too slow|Operation timed out|timed out|early EOF|hung up unexpectedly|RPC failed|unexpected disconnect|Connection reset|transfer closed|Recv failure/,
    reason: "FetchTimeout",
    remedy: "the transfer stalled; it is tried again",
  },
];

/** The failure of a call against a remote that took too long. */
export const noAnswer = (what: string, deadlineMs: number, cause?: unknown): GitFailed =>
  new GitFailed(
    "FetchTimeout",
    `${what} gave no answer within ${deadlineMs / 1000} s`,
    "the host is slow or silent; it is tried again",
    cause,
  );

/** The typed failure of a call against a remote; `what` names the call's subject first (`repository shop-config`). */
export const explainRemote = (what: string, result: GitResult, deadlineMs: number): GitFailed => {
  if (result.ended === "timeout") return noAnswer(what, deadlineMs);
  if (result.ended === "cap" || result.signal === "SIGXFSZ" || result.signal === "SIGXCPU")
    return new GitFailed(
      "LimitExceeded",
      `${what} went over its cap (${result.signal ?? "output"})`,
      rows[0]?.remedy ?? "",
    );
  const row = rows.find(({ says }) => says.test(result.stderr));
  const { reason, remedy } = row ?? {
    reason: "Unreachable" as const,
    remedy: "check the host's name, its port and the way to it; it is tried again",
  };
  return new GitFailed(reason, `${what} failed: ${firstTelling(result.stderr, row?.says)}`, remedy);
};

/** The typed failure of a call on our own store: what is missing there is ObjectCorrupt, all else ResourceExhausted. */
export const explainLocal = (what: string, result: GitResult): GitFailed => {
  const says = firstTelling(result.stderr);
  if (result.ended === "cap")
    return new GitFailed("LimitExceeded", `${what} went over its cap`, "make the tree smaller");
  if (/bad object|not a tree|Not a valid|missing|corrupt/.test(result.stderr) || damaged.test(result.stderr))
    return new GitFailed("ObjectCorrupt", `${what} failed: ${says}`, "it is fetched again");
  return new GitFailed("ResourceExhausted", `${what} failed (${result.ended}): ${says}`, "it is tried again");
};

// One line of foreign text, without control characters: it ends in logs and on screens. Struck before it is cut into
// lines, for a credential may go over several.
const firstTelling = (stderr: string, says?: RegExp): string => {
  const lines = strike(stderr)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const line = lines.find((text) => says?.test(text) === true) ?? lines[0] ?? "git said nothing";
  return oneLine(line, 300);
};
