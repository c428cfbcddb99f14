import { isDeepStrictEqual } from "node:util";

import { copyOf, isMap, type LiveObject, type Value } from "../../../json.ts";
import { structsOf } from "../../validation/read-value.ts";
import type { Answer } from "./ask-strategy.ts";

const serverMetadata = ["managedFields", "uid", "resourceVersion", "creationTimestamp"];

const maskAddresses = (object: LiveObject): void => {
  const { spec } = object;
  if (object.kind !== "Service" || !isMap(spec)) return;
  const mask = (value: Value | undefined): Value =>
    typeof value === "string" && value.startsWith("10.96.") ? "IP" : (value ?? null);
  if (spec["clusterIP"] !== undefined) spec["clusterIP"] = mask(spec["clusterIP"]);
  if (Array.isArray(spec["clusterIPs"])) spec["clusterIPs"] = spec["clusterIPs"].map(mask);
  for (const port of structsOf(spec["ports"])) if (port["nodePort"] !== undefined) port["nodePort"] = "PORT";
  if (spec["healthCheckNodePort"] !== undefined) spec["healthCheckNodePort"] = "PORT";
};

const plain = (object: LiveObject | undefined): LiveObject | undefined => {
  if (object === undefined) return undefined;
  const copy = copyOf(object);
  for (const field of serverMetadata) delete copy.metadata[field];
  maskAddresses(copy);
  return copy;
};

/** Warnings about what the body has too much are the decoder's. */
const ofStrategy = (warnings: readonly string[]): readonly string[] =>
  warnings.filter((warning) => !/^(?:unknown|duplicate) field /.test(warning));

type Causes = NonNullable<Answer["causes"]>;

/** The map that a finding's field lies in, if it lies in one. */
const mapOf = (field: string): string =>
  field.replace(/(?<=labels|annotations|Labels|selector|hard|data|Data|max|min|default|defaultRequest|Ratio)\[.*$/, "");

/** Go visits maps in no order: what was found in one map stands together, sorted. */
const inMapOrder = (causes: Causes): Causes => {
  const runs: { map: string; causes: Causes[number][] }[] = [];
  for (const cause of causes) {
    const map = mapOf(cause.field);
    const last = runs.at(-1);
    if (last?.map === map) last.causes.push(cause);
    else runs.push({ map, causes: [cause] });
  }
  return runs.flatMap(({ causes: found }) =>
    found.toSorted((a, b) => (`${a.field}${a.message}` < `${b.field}${b.message}` ? -1 : 1)),
  );
};

/** What differs between two answers, `undefined` when nothing does. */
export const difference = (real: Answer, ours: Answer): string | undefined => {
  if (real.code !== ours.code) return `code ${real.code} / ${ours.code}`;
  if (real.code === 400) return undefined;
  if (!isDeepStrictEqual(plain(real.object), plain(ours.object))) return "object";
  if (!isDeepStrictEqual(real.causes ?? [], ours.causes ?? [])) {
    if (!isDeepStrictEqual(inMapOrder(real.causes ?? []), inMapOrder(ours.causes ?? []))) return "causes";
  } else if (real.message !== ours.message) return "message";
  return isDeepStrictEqual(ofStrategy(real.warnings), ours.warnings) ? undefined : "warnings";
};
