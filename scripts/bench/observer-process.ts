// The outside observer: a process of its own that watches the four kinds over its own connections and stamps each change
// with the system-wide monotonic clock. It knows nothing of the product but the annotation.
import { request } from "node:https";
import process from "node:process";

import { REVISION_ANNOTATION } from "./bench-fleet.ts";

interface Start {
  readonly kind: "start";
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}
interface Expect {
  readonly kind: "expect";
  readonly revision: string;
  readonly apps: readonly string[];
}
interface WatchLine {
  readonly type: string;
  readonly object: {
    readonly metadata: {
      readonly name: string;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly resourceVersion: string;
    };
    readonly spec?: { readonly replicas?: number };
  };
}

const kinds = [
  "/apis/apps/v1/deployments",
  "/api/v1/services",
  "/api/v1/serviceaccounts",
  "/apis/networking.k8s.io/v1/ingresses",
];
const send = (message: unknown): void => void process.send?.(message);
const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** app -> kind -> value and time of its last change. */
const seen = new Map<string, Map<string, { readonly revision: string; readonly at: number }>>();
let expected:
  | { readonly revision: string; readonly waiting: Set<string>; readonly times: Map<string, number> }
  | undefined;

const look = (app: string): void => {
  if (expected === undefined || !expected.waiting.has(app)) return;
  const states = [...(seen.get(app)?.values() ?? [])];
  if (states.length < kinds.length || states.some((state) => state.revision !== expected?.revision)) return;
  expected.waiting.delete(app);
  expected.times.set(app, Math.max(...states.map((state) => state.at)));
  if (expected.waiting.size > 0) return;
  send({ kind: "live", revision: expected.revision, times: Object.fromEntries(expected.times) });
  expected = undefined;
};

const onLine = (path: string, line: string): void => {
  const at = now();
  const { type, object } = JSON.parse(line) as WatchLine;
  if (type === "BOOKMARK" || type === "ERROR") return;
  const app = object.metadata.name;
  if (path === kinds[0]) send({ kind: "replicas", app, replicas: object.spec?.replicas, at });
  const states = seen.get(app) ?? new Map<string, { readonly revision: string; readonly at: number }>();
  seen.set(app, states);
  const revision = object.metadata.annotations?.[REVISION_ANNOTATION] ?? "";
  if (states.get(path)?.revision !== revision) states.set(path, { revision, at });
  look(app);
};

const watch = (start: Start, path: string): void => {
  const call = request(
    `${start.server}${path}?watch=true&timeoutSeconds=3600`,
    { ca: start.ca, headers: { authorization: `Bearer ${start.token}` }, agent: false },
    (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) onLine(path, line);
      });
      response.on("end", () => send({ kind: "lost", path }));
    },
  );
  call.on("error", () => send({ kind: "lost", path }));
  call.end();
};

process.on("message", (message: Start | Expect) => {
  if (message.kind === "start") {
    for (const path of kinds) watch(message, path);
    send({ kind: "started" });
    return;
  }
  expected = { revision: message.revision, waiting: new Set(message.apps), times: new Map() };
  for (const app of message.apps) look(app);
});
process.on("disconnect", () => process.exit(0));
