import type { Deps } from "../deps.ts";
import { onWebhook } from "../on-webhook.ts";
import type { FleetView } from "../fleet/view-fleet.ts";
import type { AnswerHook, Listening } from "./listen.ts";
import type { WatchedSources } from "./watch-sources.ts";

/**
 * Serves `POST /hooks/<repository>`, where a port is set. A verified push event only says "look now"; anything else changes
 * nothing. A repository that does not exist, or takes no webhooks, is answered like a wrong signature.
 */
export const serveWebhooks = async (
  deps: Deps,
  fleet: FleetView,
  watched: WatchedSources,
): Promise<Listening | undefined> => {
  const { webhookHost: host, webhookPort: port } = deps.config;
  if (port === undefined) return undefined;
  const decide = onWebhook(deps, fleet, watched);
  const answer: AnswerHook = (request) =>
    decide(request).catch((error: unknown) => {
      deps.telemetry.log.warn("webhook failed", { error });
      return 500;
    });
  return deps.listen({ host, port }, answer);
};
