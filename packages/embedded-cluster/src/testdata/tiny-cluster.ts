import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { StoreSnapshot, Stored } from "../store/store.ts";
import type { ApiAnswer, ApiHandler, ApiRequest } from "../server/exchange.ts";

interface TinyObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; uid: string; resourceVersion: string };
  data: Record<string, string>;
}
type TinyEvent = { readonly type: string; readonly object: TinyObject };

const storedOf = (object: TinyObject): Stored => ({
  key: { group: "", plural: "configmaps", namespace: "n", name: object.metadata.name },
  json: JSON.stringify(object),
  resourceVersion: Number(object.metadata.resourceVersion),
});

const json = (status: number, body: unknown): ApiAnswer => ({
  kind: "plain",
  status,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(body)}\n`,
});
const notFound = (name: string): ApiAnswer =>
  json(404, {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `configmaps "${name}" not found`,
    reason: "NotFound",
    details: { name, kind: "configmaps" },
    code: 404,
  });

const discoveryOf = (path: string) => ({
  kind: "APIGroupDiscoveryList",
  apiVersion: "apidiscovery.k8s.io/v2",
  metadata: {},
  items: [
    {
      metadata: { name: path === "/apis" ? "apps" : "" },
      versions: [
        {
          version: "v1",
          freshness: "Current",
          resources: [
            {
              resource: path === "/apis" ? "deployments" : "configmaps",
              responseKind: { group: "", version: "v1", kind: path === "/apis" ? "Deployment" : "ConfigMap" },
              scope: "Namespaced",
              verbs: ["list", "watch", "get", "patch", "delete"],
            },
          ],
        },
      ],
    },
  ],
});

/** As little of a Kubernetes API as a front needs: ConfigMaps of namespace `n`, with list, watch, get, apply and delete. */
export const tinyCluster = (clock: Clock = systemClock) => {
  const objects = new Map<string, TinyObject>();
  const events: { readonly revision: number; readonly event: TinyEvent }[] = [];
  const watchers = new Set<() => void>();
  const asked: ApiRequest[] = [];
  let revision = 1;
  const tell = (type: string, object: TinyObject): void => {
    events.push({ revision, event: { type, object } });
    for (const wake of watchers) wake();
  };
  const put = (name: string, data: Record<string, string>): TinyObject => {
    const known = objects.get(name);
    revision += 1;
    const metadata = { name, namespace: "n", uid: known?.metadata.uid ?? `uid-${name}`, resourceVersion: `${revision}` };
    const object: TinyObject = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
    objects.set(name, object);
    tell(known === undefined ? "ADDED" : "MODIFIED", object);
    return object;
  };
  const remove = (name: string): void => {
    const object = objects.get(name);
    if (object === undefined) return;
    objects.delete(name);
    revision += 1;
    tell("DELETED", { ...object, metadata: { ...object.metadata, resourceVersion: `${revision}` } });
  };
  async function* watch(from: number, signal: AbortSignal): AsyncGenerator<string> {
    let sent = from;
    while (!signal.aborted) {
      const next = events.find((each) => each.revision > sent);
      if (next !== undefined) {
        sent = next.revision;
        yield JSON.stringify(next.event);
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      watchers.add(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      watchers.delete(resolve);
    }
  }
  const handle: ApiHandler = async (request) => {
    asked.push(request);
    const url = new URL(request.path, "https://tiny");
    if (url.pathname === "/livez") return { kind: "plain", status: 200, headers: {}, body: "ok" };
    if (url.pathname === "/whoami") return json(200, { kind: "User", user: request.user, headers: request.headers });
    if (url.pathname === "/api" || url.pathname === "/apis") return json(200, discoveryOf(url.pathname));
    const name = /^\/api\/v1\/(?:namespaces\/n\/)?configmaps(?:\/([^/]+))?$/.exec(url.pathname)?.[1];
    if (name === undefined && url.searchParams.has("watch")) {
      const lines = watch(Number(url.searchParams.get("resourceVersion") ?? "0"), request.signal);
      return { kind: "stream", status: 200, headers: { "content-type": "application/json" }, lines };
    }
    if (name === undefined) {
      const metadata = { resourceVersion: String(revision) };
      return json(200, { kind: "ConfigMapList", apiVersion: "v1", metadata, items: [...objects.values()] });
    }
    if (request.method === "PATCH") {
      const applied = JSON.parse(Buffer.from(request.body).toString("utf8")) as { data?: Record<string, string> };
      return json(200, put(name, applied.data ?? {}));
    }
    const found = objects.get(name);
    if (found === undefined) return notFound(name);
    if (request.method === "DELETE") remove(name);
    return json(200, found);
  };
  const store = {
    snapshot: (): StoreSnapshot => ({ revision, objects: [...objects.values()].map(storedOf) }),
    restore: (snapshot: StoreSnapshot): void => {
      objects.clear();
      for (const { json: text } of snapshot.objects) {
        const object = JSON.parse(text) as TinyObject;
        objects.set(object.metadata.name, object);
      }
      ({ revision } = snapshot);
      events.length = 0;
    },
  };
  return { name: "tiny", clock, store, handle, put, remove, objects, asked, watching: () => watchers.size };
};

export type TinyCluster = ReturnType<typeof tinyCluster>;
