import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { textAt } from "./json-at.ts";

const spec = (body: KubeObject): JsonObject => {
  const found = body["spec"];
  return isObject(found) ? found : {};
};

/** Taken by the live object: a second one may not have them, which says nothing of the field. */
const withoutAddresses = (body: KubeObject, live: KubeObject): KubeObject => {
  const [own, held] = [spec(body), spec(live)];
  const heldPorts = listOf(held["ports"]).map((port) => port["nodePort"]);
  const isHeld = (key: string): boolean =>
    (key === "clusterIP" && own[key] === held[key] && own[key] !== "None") ||
    (key === "clusterIPs" && isHeld("clusterIP")) ||
    (key === "healthCheckNodePort" && own[key] === held[key]);
  const kept = Object.entries(own).filter(([key]) => !isHeld(key));
  const ports = listOf(own["ports"]).map((port) =>
    Object.fromEntries(Object.entries(port).filter(([key, value]) => key !== "nodePort" || !heldPorts.includes(value))),
  );
  return { ...body, spec: { ...Object.fromEntries(kept), ...(own["ports"] === undefined ? {} : { ports }) } };
};

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];

/** A definition's name follows from its group. */
const inAnotherGroup = (body: KubeObject, name: string): KubeObject => {
  const group = `${name}.evenkeel.dev`;
  return {
    ...body,
    metadata: { ...body.metadata, name: `${textAt(body, "spec", "names", "plural")}.${group}` },
    spec: { ...spec(body), group },
  };
};

/** There is one default of the cluster, and that is not what is asked about. */
const withoutDefault = ({ globalDefault: _one, ...body }: KubeObject): KubeObject => body as KubeObject;

const FRESH: Readonly<Record<string, (body: KubeObject, live: KubeObject, name: string) => KubeObject>> = {
  "v1/Service": withoutAddresses,
  "scheduling.k8s.io/v1/PriorityClass": withoutDefault,
  "apiextensions.k8s.io/v1/CustomResourceDefinition": (body, live, name) =>
    name === live.metadata.name ? body : inAnotherGroup(body, name),
};

const MOST_OF_NAME = 40;

/** The name of a probe for another object: it begins as the object's own does, so that a policy on names says to it what it says to that. */
export const probeName = ({ metadata }: KubeObject): string => {
  const own = metadata.name.slice(0, MOST_OF_NAME).replace(/[-.:]+$/, "");
  return `${own}-${(metadata.uid ?? "").slice(0, 8)}`;
};

/**
 * The body of an apply as one for an object that does not exist: another name, and none of the values that only one
 * object of the cluster can have and that `live` has. A dry-run of it tells whether the server objects to the content
 * itself or only to the change.
 */
export const freshBody = (body: KubeObject, live: KubeObject, name: string): KubeObject => {
  const { uid: _uid, ...metadata } = body.metadata;
  const renamed = { ...body, metadata: { ...metadata, name } };
  const kind = `${body.apiVersion}/${body.kind}`;
  return (Object.hasOwn(FRESH, kind) ? FRESH[kind] : undefined)?.(renamed, live, name) ?? renamed;
};
