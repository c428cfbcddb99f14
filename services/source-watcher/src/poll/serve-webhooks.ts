import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Deps } from "../deps.ts";
import { onWebhook } from "../on-webhook.ts";
import type { FleetView } from "../fleet/view-fleet.ts";
import type { WatchedSources } from "./watch-sources.ts";

export interface WebhookServer extends AsyncDisposable {
  readonly port: number;
}

const MOST_CONNECTIONS = 256;

/**
 * Serves `POST /hooks/<repository>`. A verified push event only says "look now"; anything else changes nothing. A
 * repository that does not exist, or takes no webhooks, is answered like a wrong signature.
 */
export const serveWebhooks = async (
  deps: Deps,
  fleet: FleetView,
  watched: WatchedSources,
  at: { readonly host: string; readonly port: number },
): Promise<WebhookServer> => {
  const answer = onWebhook(deps, fleet, watched);
  const limits = { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 5000 };
  const server = createServer(limits, (request, response) => {
    answer(request).then(
      (status) => end(request, response, status),
      (error: unknown) => {
        deps.telemetry.log.warn("webhook failed", { error });
        end(request, response, 500);
      },
    );
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(at.port, at.host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

// Nothing but the status goes back. The rest of a body is read and thrown away within the time of a request: closed while
// it comes, the connection is reset, and the answer may be lost with it.
const end = (request: IncomingMessage, response: ServerResponse, status: number): void => {
  request.resume();
  response.writeHead(status, { "content-length": "0" }).end();
};
