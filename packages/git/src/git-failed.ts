import { strike } from "@evenkeel/telemetry";
import type { ReasonCode } from "@evenkeel/words";

/** The reason codes of the source that a Git call can end with; a closed list shared with status and alerts. */
export type GitReason = Extract<
  ReasonCode,
  | "UrlDenied" // the URL's form or scheme is not allowed; no child was started
  | "HostDenied" // the host is not on the list, resolves to a forbidden address, or redirects
  | "RefInvalid" // a declared branch, tag or commit that is not a plain name of its type
  | "RefGone" // the remote has no such Git ref
  | "AuthFailed" // the host refused the credential, or hides the repository from it
  | "HostIdentityChanged" // TLS certificate or SSH host key is not the expected one
  | "FetchTimeout" // the transfer stalled, was cut, or took longer than its deadline
  | "Unreachable" // the host could not be reached
  | "ServerCapability" // the remote cannot serve what is needed (its repository is shallow, say)
  | "ObjectCorrupt" // fsck refused an object, or an object that must be there cannot be read
  | "LimitExceeded" // a cap on size, memory or count was met
  | "ResourceExhausted" // the local machine could not run the call
>;

/** Reasons that say something of the host or of this machine, nothing of what was asked for. */
const passingReasons: ReadonlySet<GitReason> = new Set(["FetchTimeout", "Unreachable", "ResourceExhausted"]);

/** A Git call that gave no answer: `reason` decides what happens next, `remedy` tells a person what to do. */
export class GitFailed extends Error {
  override readonly name = "GitFailed";
  readonly reason: GitReason;
  readonly remedy: string;
  /** Asked again later, it may be answered: no reason to give up what needed it. */
  readonly passing: boolean;

  constructor(reason: GitReason, message: string, remedy: string, cause?: unknown) {
    super(strike(message), cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.passing = passingReasons.has(reason);
    this.remedy = remedy;
  }
}
