import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

type Path = readonly (string | typeof EACH)[];

const EACH = Symbol("each item");

const CONTAINER_PORTS = ["containers", "initContainers", "ephemeralContainers"].map((list): Path => [
  list,
  EACH,
  "ports",
]);
const inPod = (...at: readonly string[]): readonly Path[] => CONTAINER_PORTS.map((ports) => [...at, ...ports]);

const TEMPLATE = inPod("spec", "template", "spec");

/** Where ports stand whose list key includes `protocol`: without it, older servers answer 500. */
const PORT_LISTS: Readonly<Record<string, readonly Path[]>> = {
  Service: [["spec", "ports"]],
  Pod: inPod("spec"),
  Deployment: TEMPLATE,
  StatefulSet: TEMPLATE,
  DaemonSet: TEMPLATE,
  ReplicaSet: TEMPLATE,
  ReplicationController: TEMPLATE,
  Job: TEMPLATE,
  CronJob: inPod("spec", "jobTemplate", "spec", "template", "spec"),
};

const withProtocol = (port: Json): Json =>
  isObject(port) && (port["protocol"] === undefined || port["protocol"] === null) ? { ...port, protocol: "TCP" } : port;

/** Rewrites the lists at `path`; what has another shape is left for the server to judge. */
const rewrite = (value: Json, path: Path): Json => {
  const [step, ...rest] = path;
  if (step === undefined) return Array.isArray(value) ? (value as readonly Json[]).map(withProtocol) : value;
  if (step === EACH)
    return Array.isArray(value) ? (value as readonly Json[]).map((item) => rewrite(item, rest)) : value;
  if (!isObject(value)) return value;
  const member = value[step];
  return member === undefined || member === null ? value : { ...value, [step]: rewrite(member, rest) };
};

/** Puts `protocol: TCP` on the ports of Services and containers that name none. */
export const withProtocols = (kind: string, body: JsonObject): JsonObject =>
  ((Object.hasOwn(PORT_LISTS, kind) ? PORT_LISTS[kind] : undefined) ?? []).reduce<JsonObject>(
    (object, path) => rewrite(object, path) as JsonObject,
    body,
  );
