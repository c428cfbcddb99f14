import type { Value, ValueMap } from "../json.ts";
import { mapAt, mapsAt, textsAt, textAt, numberAt } from "../reading.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Below so many seconds a span is told in this unit. */
const UNITS: readonly (readonly [below: number, unit: number, suffix: string])[] = [
  [2 * MINUTE, 1, "s"],
  [3 * HOUR, MINUTE, "m"],
  [2 * DAY, HOUR, "h"],
  [Infinity, DAY, "d"],
];

/** How long an object has been there, in one figure. */
const ageOf = (object: ValueMap, now: number): string => {
  const made = Date.parse(textAt(mapAt(object, "metadata"), "creationTimestamp"));
  if (Number.isNaN(made)) return "<unknown>";
  const seconds = Math.max(0, Math.trunc((now - made) / 1000));
  const [, unit, suffix] = UNITS.find(([below]) => seconds < below) ?? [0, DAY, "d"];
  return `${Math.floor(seconds / unit)}${suffix}`;
};

const count = (object: ValueMap, part: "spec" | "status", field: string): number =>
  numberAt(mapAt(object, part), field) ?? 0;
const readyOf = (object: ValueMap): string =>
  `${count(object, "status", "readyReplicas")}/${count(object, "spec", "replicas")}`;

const portText = (port: ValueMap): string => {
  const nodePort = numberAt(port, "nodePort") ?? 0;
  return `${numberAt(port, "port") ?? 0}${nodePort > 0 ? `:${nodePort}` : ""}/${textAt(port, "protocol")}`;
};

const restartsOf = (pod: ValueMap): number =>
  mapsAt(mapAt(pod, "status"), "containerStatuses").reduce(
    (sum, container) => sum + (numberAt(container, "restartCount") ?? 0),
    0,
  );

const podStatus = (pod: ValueMap): string => {
  if (textAt(mapAt(pod, "metadata"), "deletionTimestamp") !== "") return "Terminating";
  const status = mapAt(pod, "status");
  const waiting = mapsAt(status, "containerStatuses").map((each) =>
    textAt(mapAt(mapAt(each, "state"), "waiting"), "reason"),
  );
  return waiting.find((reason) => reason !== "") ?? textAt(status, "phase");
};

type Column = readonly [name: string, cell: (object: ValueMap) => Value];

/** What a kind shows between its name and its age; kinds without a row show these two alone. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  "/ConfigMap": [["Data", (object) => Object.keys(mapAt(object, "data") ?? {}).length]],
  "/Secret": [
    ["Type", (object) => textAt(object, "type")],
    ["Data", (object) => Object.keys(mapAt(object, "data") ?? {}).length],
  ],
  "/Namespace": [["Status", (object) => textAt(mapAt(object, "status"), "phase")]],
  "/Pod": [
    [
      "Ready",
      (pod) => {
        const all = mapsAt(mapAt(pod, "status"), "containerStatuses");
        const ready = all.filter((container) => container["ready"] === true).length;
        return `${ready}/${mapsAt(mapAt(pod, "spec"), "containers").length}`;
      },
    ],
    ["Status", podStatus],
    ["Restarts", restartsOf],
  ],
  "/Service": [
    ["Type", (object) => textAt(mapAt(object, "spec"), "type")],
    ["Cluster-IP", (object) => textsAt(mapAt(object, "spec"), "clusterIPs")[0] ?? "<none>"],
    ["Port(s)", (object) => mapsAt(mapAt(object, "spec"), "ports").map(portText).join(",") || "<none>"],
  ],
  "apps/Deployment": [
    ["Ready", readyOf],
    ["Up-to-date", (object) => count(object, "status", "updatedReplicas")],
    ["Available", (object) => count(object, "status", "availableReplicas")],
  ],
  "apps/ReplicaSet": [
    ["Desired", (object) => count(object, "spec", "replicas")],
    ["Current", (object) => count(object, "status", "replicas")],
    ["Ready", (object) => count(object, "status", "readyReplicas")],
  ],
  "apps/StatefulSet": [["Ready", readyOf]],
};

const definition = (name: string, type: string, format = ""): ValueMap => ({
  name,
  type,
  format,
  description: "",
  priority: 0,
});

/** How objects of a kind are shown: column definitions, and the cells of one object. */
export const columnsOf = (
  group: string,
  kind: string,
): { readonly definitions: readonly ValueMap[]; readonly cellsOf: (object: ValueMap, now: number) => Value[] } => {
  const own = COLUMNS[`${group}/${kind}`] ?? [];
  return {
    definitions: [
      definition("Name", "string", "name"),
      ...own.map(([name]) => definition(name, "string")),
      definition("Age", "string"),
    ],
    cellsOf: (object, now) => [
      textAt(mapAt(object, "metadata"), "name"),
      ...own.map(([, cell]) => cell(object)),
      ageOf(object, now),
    ],
  };
};
