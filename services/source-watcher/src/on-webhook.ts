import { flows, RefreshHint } from "@evenkeel/contracts";

import { decideWebhook } from "./core/decide-webhook.ts";
import type { Deps } from "./deps.ts";
import type { FleetView } from "./fleet/view-fleet.ts";
import { countRefusals } from "./poll/count-refusals.ts";
import type { AnswerHook } from "./poll/listen.ts";
import { receiverOf } from "./poll/receiver-of.ts";
import type { WatchedSources } from "./poll/watch-sources.ts";

const LARGEST_BODY = 1024 * 1024;

/** Answers `POST /hooks/<repository>` with a status; a verified push event only says "look now". */
export const onWebhook = (deps: Deps, fleet: FleetView, watched: WatchedSources): AnswerHook => {
  const { bus, clock } = deps;
  const refused = countRefusals(deps);
  return async ({ body: read, headers, method, path }) => {
    const source = /^\/hooks\/([a-z0-9_][a-z0-9-]{0,62})$/.exec(path)?.[1];
    if (source === undefined) return 404;
    if (method !== "POST") return 405;
    const body = await read(LARGEST_BODY);
    if (body === undefined) return 413;
    const receiver = receiverOf(source, fleet, deps);
    if (receiver === undefined) return 401;
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
