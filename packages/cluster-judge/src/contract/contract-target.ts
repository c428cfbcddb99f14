import type { KubeResponse, KubeTransport } from "@evenkeel/kube";

import type { Denial, LiveObject } from "@evenkeel/embedded-cluster";

/** What a user may do; `*` allows any. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly group: string;
  readonly resource: string;
}

/** What a hook sees of one request; a mutating one may change `object` in place. */
export interface HookCall {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly kind: string;
  readonly name: string;
  readonly object?: LiveObject;
  readonly dryRun: boolean;
  /** Empty where the request named none. */
  readonly fieldManager: string;
  readonly user: string;
}

/** Asked about each ConfigMap and Deployment written or deleted in one namespace. */
export interface ContractHook {
  readonly name: string;
  readonly kind: "mutating" | "validating";
  readonly namespace: string;
  readonly review: (call: HookCall) => Denial | undefined;
}

/** One server that the contract is held against. Everything is done over its transports, as a client would. */
export interface ContractTarget extends AsyncDisposable {
  readonly name: string;
  readonly version: string;
  readonly admin: KubeTransport;
  /** A transport of a user who may do nothing else. */
  as(user: string, may: readonly AccessRule[]): Promise<KubeTransport>;
  /** Answer of a GET with a token that the server does not know; undefined where nobody asks for credentials. */
  stranger(path: string): Promise<KubeResponse | undefined>;
  /** Resolves once the hook acts; the returned function removes it. */
  hook(hook: ContractHook): Promise<() => Promise<void>>;
  /** Forgets all past versions: watches and continued lists from before are expired. */
  expire(): Promise<void>;
}
