import { GitFailed } from "@evenkeel/git";
import type { GitReason } from "@evenkeel/git";
import type { Rng } from "@evenkeel/machine";

/** What goes wrong between a store and a host. */
export type Fault =
  /** A call that ends so at once. */
  | { readonly kind: "unreachable" | "cut" | "refused" | "identity" | "redirected" }
  /** No answer: the call ends by its deadline. */
  | { readonly kind: "silent" }
  /** The answer comes so much later. */
  | { readonly kind: "slow"; readonly ms: number }
  /** A replica answers as it was so many changes, or so long ago; with neither, as it was when the fault began. */
  | { readonly kind: "lagging"; readonly changes?: number; readonly ms?: number }
  /** What was fetched arrives with another content. */
  | { readonly kind: "corrupted" }
  /** The effect is there; who asked hears nothing until its deadline. */
  | { readonly kind: "lost" };

/** Which calls suffer it: all that fit what is given. */
export interface FaultScope {
  readonly url?: string;
  readonly host?: string;
  /** The name of a watcher's way to Git. */
  readonly replica?: string;
  readonly on?: RemoteCall["kind"];
  /** So many calls that fit pass first. */
  readonly after?: number;
  /** So many suffer it, then no more. */
  readonly times?: number;
  /** Each suffers it with this chance. */
  readonly chance?: number;
}

/** One exchange with a host. */
export interface RemoteCall {
  readonly kind: "ask" | "fetch";
  readonly url: string;
  readonly host: string;
  readonly replica: string;
  /** Refs that are asked for, or the one object that is fetched. */
  readonly wanted: readonly string[];
}

interface Going {
  readonly fault: Fault;
  readonly scope: FaultScope;
  /** Changes of each repository when it began. */
  readonly began: ReadonlyMap<string, number>;
  seen: number;
  suffered: number;
}

/** A fault that a call suffers, and the changes there were when that began. */
export interface Suffered {
  readonly fault: Fault;
  readonly changesThen: number;
}

/** The faults that are going on. */
export class Faults {
  readonly #going = new Set<Going>();
  readonly #rng: Rng;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  begin(fault: Fault, scope: FaultScope, began: ReadonlyMap<string, number>): Disposable {
    const going = { fault, scope, began, seen: 0, suffered: 0 };
    this.#going.add(going);
    return { [Symbol.dispose]: () => void this.#going.delete(going) };
  }

  end(): void {
    this.#going.clear();
  }

  /** What this call suffers; it counts. */
  of(call: RemoteCall): readonly Suffered[] {
    const suffered: Suffered[] = [];
    for (const going of this.#going) {
      const { fault, scope, began } = going;
      if (!fits(call, scope)) continue;
      going.seen += 1;
      if (going.seen <= (scope.after ?? 0)) continue;
      if (scope.chance !== undefined && this.#rng.chance() >= scope.chance) continue;
      going.suffered += 1;
      if (going.suffered >= (scope.times ?? Infinity)) this.#going.delete(going);
      suffered.push({ fault, changesThen: began.get(call.url) ?? 0 });
    }
    return suffered;
  }
}

const fits = (call: RemoteCall, { url, host, replica, on }: FaultScope): boolean =>
  (url === undefined || url === call.url) &&
  (host === undefined || host === call.host) &&
  (replica === undefined || replica === call.replica) &&
  (on === undefined || on === call.kind);

const endings: Readonly<Partial<Record<Fault["kind"], { reason: GitReason; says: string; remedy: string }>>> = {
  unreachable: {
    reason: "Unreachable",
    says: "Connection refused",
    remedy: "check the host's name, its port and the way to it; it is tried again",
  },
  cut: { reason: "FetchTimeout", says: "early EOF", remedy: "the transfer stalled; it is tried again" },
  refused: {
    reason: "AuthFailed",
    says: "Authentication failed",
    remedy: "check that the repository exists and that the referenced secret may read it",
  },
  identity: {
    reason: "HostIdentityChanged",
    says: "SSL certificate problem",
    remedy: "check the host's certificate or host key; only then change the CA or known hosts",
  },
  redirected: {
    reason: "HostDenied",
    says: "the requested URL returned error: 302",
    remedy: "declare the final URL: redirects are not followed",
  },
  corrupted: {
    reason: "ObjectCorrupt",
    says: "pack is corrupted",
    remedy: "repair the history at its source: git fsck there names the object",
  },
};

/** How a call ends that suffers this fault, if that alone ends it. */
export const endingOf = ({ kind }: Fault, what: string): GitFailed | undefined => {
  const ending = endings[kind];
  return ending && new GitFailed(ending.reason, `${what} failed: ${ending.says}`, ending.remedy);
};
