import type { KubeRequest } from "@evenkeel/kube";

import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { copyOf, isMap } from "@evenkeel/embedded-cluster";
import { collectionOf } from "./kinds/kind-table.ts";
import { kindNamed } from "./kinds/all-kinds.ts";
import { setAt } from "./pointer.ts";
import type { Damage, Step, Verb } from "./step.ts";
import { writeJson } from "./write-json.ts";

/** What earlier answers gave for the objects of one sequence. */
export interface Memory {
  /** By `APIVERSION NAME`, with `/scale` for a Scale. */
  readonly latest: Map<string, LiveObject>;
  /** By name: uid and all resourceVersions seen, oldest first. */
  readonly uids: Map<string, string>;
  readonly versions: Map<string, string[]>;
}

export const newMemory = (): Memory => ({ latest: new Map(), uids: new Map(), versions: new Map() });

const METHODS: Readonly<Record<Verb, KubeRequest["method"]>> = {
  create: "POST",
  apply: "PATCH",
  update: "PUT",
  "json-patch": "PATCH",
  "merge-patch": "PATCH",
  "strategic-patch": "PATCH",
  get: "GET",
  list: "GET",
  delete: "DELETE",
  "delete-collection": "DELETE",
};

const CONTENT_TYPES: Partial<Readonly<Record<Verb, string>>> = {
  apply: "application/apply-patch+yaml",
  "json-patch": "application/json-patch+json",
  "merge-patch": "application/merge-patch+json",
  "strategic-patch": "application/strategic-merge-patch+json",
};

const DAMAGES: Readonly<Record<Damage, (text: string) => string>> = {
  truncated: (text) => text.slice(0, -1),
  empty: () => "",
  list: (text) => `[${text}]`,
  text: () => "no JSON at all",
};

/** Puts in what the strings `<rv>`, `<stale>` and `<uid>` stand for. */
const resolve = (value: Value, names: Readonly<Record<string, string>>): Value => {
  if (typeof value === "string") return names[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, names));
  if (!isMap(value)) return value;
  const map: ValueMap = {};
  for (const key of Object.keys(value)) map[key] = resolve(value[key] as Value, names);
  return map;
};

const bodyOf = (step: Step, memory: Memory, names: Readonly<Record<string, string>>): string | undefined => {
  if (step.body === undefined) return undefined;
  let value: Value;
  if (step.body.from === "value") value = step.body.value;
  else {
    const { apiVersion } = kindNamed(step.kind);
    value = copyOf(memory.latest.get(`${apiVersion} ${step.object}`) ?? step.body.base);
    for (const { at, to } of step.body.edits) setAt(value, at, to === undefined ? undefined : copyOf(to));
  }
  const text = writeJson(resolve(value, names));
  return step.damage === undefined ? text : DAMAGES[step.damage](text);
};

/** The request that a step is, given what came before. */
export const requestOf = (step: Step, namespace: string, memory: Memory): KubeRequest & { readonly text?: string } => {
  const table = kindNamed(step.kind);
  const versions = memory.versions.get(step.object) ?? [];
  const names: Readonly<Record<string, string>> = {
    "<rv>": versions.at(-1) ?? "1",
    "<stale>": versions.at(-2) ?? "1",
    "<uid>": memory.uids.get(step.object) ?? "00000000-0000-0000-0000-000000000000",
  };
  const atCollection = step.verb === "create" || step.verb === "list" || step.verb === "delete-collection";
  const object = atCollection ? "" : `/${step.object}${step.subresource === "" ? "" : `/${step.subresource}`}`;
  const query = new URLSearchParams(
    Object.entries(step.query).map(([key, value]): [string, string] => [key, names[value] ?? value]),
  );
  const text = bodyOf(step, memory, names);
  const contentType = step.contentType ?? CONTENT_TYPES[step.verb] ?? "application/json";
  return {
    method: METHODS[step.verb],
    path: `${collectionOf(table, namespace)}${object}${query.size === 0 ? "" : `?${query.toString()}`}`,
    headers: {
      "user-agent": "judge/1.0",
      accept: step.accept ?? "application/json",
      ...(text === undefined ? {} : { "content-type": contentType }),
    },
    ...(text === undefined ? {} : { body: Buffer.from(text), text }),
  };
};

/** Keeps what later steps need of a successful answer. */
export const remember = (memory: Memory, step: Step, status: number, body: Value | undefined): void => {
  if (status < 200 || status > 299 || !isMap(body) || !isMap(body["metadata"]) || step.query["dryRun"] !== undefined)
    return;
  const { uid, resourceVersion, name } = body["metadata"];
  if (typeof name !== "string" || typeof body["apiVersion"] !== "string" || body["kind"] === "Status") return;
  if (typeof uid === "string") memory.uids.set(step.object, uid);
  if (typeof resourceVersion === "string") {
    const versions = memory.versions.get(step.object) ?? [];
    if (versions.at(-1) !== resourceVersion) versions.push(resourceVersion);
    memory.versions.set(step.object, versions);
  }
  memory.latest.set(`${body["apiVersion"]} ${step.object}`, body as LiveObject);
};
