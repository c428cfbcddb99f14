import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { FLEET_SOURCE, flows, RefreshHint } from "@evenkeel/contracts";
import type { WebhookKind } from "@evenkeel/words";

import { decideWebhook } from "../core/decide-webhook.ts";
import type { Deps } from "../deps.ts";
import { readSecretKey, readSecretFile } from "./read-secret.ts";
import type { FleetView } from "../fleet/view-fleet.ts";
import type { WatchedSources } from "./watch-sources.ts";

export interface WebhookServer extends AsyncDisposable {
  readonly port: number;
}

const largestBody = 1024 * 1024;
const mostConnections = 256;

interface Receiver {
  readonly kind: WebhookKind;
  readonly url: string;
  readonly secret: () => Promise<string | undefined>;
}

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
  const refusals = countRefusals(deps);
  const limits = { requestTimeout: 10_000, headersTimeout: 5000, connectionsCheckingInterval: 5000 };
  const server = createServer(limits, (request, response) => {
    answer(deps, fleet, watched, refusals, request).then(
      (status) => end(request, response, status),
      (error: unknown) => {
        deps.telemetry.log.warn("webhook failed", { error });
        end(request, response, 500);
      },
    );
  });
  server.maxConnections = mostConnections;
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

const answer = async (
  { bus, clock, config }: Deps,
  fleet: FleetView,
  watched: WatchedSources,
  refused: (source: string, why: string) => void,
  request: IncomingMessage,
): Promise<number> => {
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
  if (here !== undefined) here.waker.wake("hint");
  else bus.hint(flows.refreshHint, RefreshHint.fromPartial({ source, at: clock.now() }));
  return decision.status;
};

const refusalLogMs = 60_000;

// Anybody can send what is refused: the log tells of the first, then once a minute how many there were.
const countRefusals = ({ clock, telemetry }: Deps): ((source: string, why: string) => void) => {
  const told = new Map<string, { at: number; untold: number }>();
  return (source, why) => {
    const now = clock.monotonic();
    const last = told.get(source);
    if (last !== undefined && now - last.at < refusalLogMs) {
      last.untold += 1;
      return;
    }
    telemetry.log.warn("webhook refused", { repository: source, why, others: last?.untold ?? 0 });
    told.set(source, { at: now, untold: 0 });
  };
};

const receiverOf = (source: string, fleet: FleetView, config: Deps["config"]): Receiver | undefined => {
  if (source === FLEET_SOURCE) {
    const { url, webhook } = config.fleet;
    return webhook && { kind: webhook.kind, url, secret: () => readSecretFile(webhook.secretFile) };
  }
  const spec = fleet.set().repositories.find(({ metadata }) => metadata.name === source)?.spec;
  if (spec?.webhook === undefined) return undefined;
  const { kind, secretRef } = spec.webhook;
  const secret = () => readSecretKey(config.secretsDir, secretRef.name, secretRef.key).catch(() => undefined);
  return { kind, url: spec.url, secret };
};

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(request.headers["content-length"] ?? 0) > largestBody) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream stays: its end would take the connection with it, and with that the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
