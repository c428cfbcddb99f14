import { transportOver } from "@evenkeel/kube";
import type { KubeRequest, KubeTransport, WireOptions } from "@evenkeel/kube";
import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";

import type { ApiHandler, ApiUser } from "../server/exchange.ts";
import { AT_ONCE } from "./hop.ts";
import type { Hop, Line, Reach } from "./hop.ts";
import { inProcessWire } from "./in-process-wire.ts";
import { ADMIN } from "./kept-identity.ts";

/** Whose time it is (the cluster's, unless given) that deadlines, silence and Retry-After go by, and what lies between. */
export interface InProcessOptions extends Omit<WireOptions, "clock"> {
  readonly user?: ApiUser;
  readonly clock?: Clock;
  readonly hop?: Hop;
  /** Ends with the client's process: its connections close, whatever it was about to say. */
  readonly gone?: AbortSignal;
}

/** The transport without a socket, over the connections that `reach` gives. */
export const openOver = (reach: Reach, options: InProcessOptions & { readonly clock: Clock }): KubeTransport => {
  const { hop = AT_ONCE, user = ADMIN } = options;
  const transport = transportOver(inProcessWire(reach, { ...options, hop, user }), options);
  /** The caller may use its bytes anew at once. */
  const kept = <R extends KubeRequest>(request: R): R =>
    request.body === undefined ? request : { ...request, body: Uint8Array.from(request.body) };
  return { ...transport, request: (request, signal) => transport.request(kept(request), signal) };
};

/**
 * The front without a socket: same handler, same bytes, and above them all that calls over sockets go by too. `user` is an
 * administrator by default; bytes are copied both ways.
 */
export const openInProcess = (
  cluster: { readonly handle: ApiHandler; readonly clock?: Clock },
  options: InProcessOptions = {},
): KubeTransport => {
  const line: Line = { handle: cluster.handle, ended: new AbortController().signal };
  return openOver(async () => line, { clock: cluster.clock ?? systemClock, ...options });
};
