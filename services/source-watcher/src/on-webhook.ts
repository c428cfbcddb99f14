import type { IncomingMessage } from "node:http";

import { flows, RefreshHint } from "@evenkeel/contracts";

import { decideWebhook } from "./core/decide-webhook.ts";
import type { Deps } from "./deps.ts";
import type { FleetView } from "./fleet/view-fleet.ts";
import { countRefusals } from "./poll/count-refusals.ts";
import { receiverOf } from "./poll/receiver-of.ts";
import type { WatchedSources } from "./poll/watch-sources.ts";

const LARGEST_BODY = 1024 * 1024;

/** Answers `POST /hooks/<repository>` with a status; a verified push event only says "look now". */
export const onWebhook = (deps: Deps, fleet: FleetView, watched: WatchedSources) => {
  const { bus, clock, config } = deps;
  const refused = countRefusals(deps);
  return async (request: IncomingMessage): Promise<number> => {
    const source = /^\/hooks\/([a-z0-9_][a-z0-9-]{0,62})$/.exec(request.url ?? "")?.[1];
    if (source === undefined) return 404;
    if (request.method !== "POST") return 405;
    const body = await readBody(request);
    if (body === undefined) return 413;
    const receiver = receiverOf(source, fleet, config);
    if (receiver === undefined) return 401;
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const secret = await receiver.secret();
    const decision = decideWebhook({ kind: receiver.kind, url: receiver.url, secret, headers, body });
    if (decision.kind === "refuse") refused(source, decision.why);
    if (decision.kind !== "look") return decision.status;
    const here = watched.get(source);
    if (here !== undefined) here.bell.ring("hint");
    else bus.hint(flows.refreshHint, RefreshHint.fromPartial({ source, at: clock.now() }));
    return decision.status;
  };
};

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream stays: its end would take the connection with it, and with that the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
