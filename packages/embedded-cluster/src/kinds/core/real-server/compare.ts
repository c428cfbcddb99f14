import { isDeepStrictEqual } from "node:util";

import { copyOf, type LiveObject } from "../../../json.ts";
import type { Answer } from "./ask-strategy.ts";

const serverMetadata = ["managedFields", "uid", "resourceVersion", "creationTimestamp"];

const plain = (object: LiveObject | undefined): LiveObject | undefined => {
  if (object === undefined) return undefined;
  const copy = copyOf(object);
  for (const field of serverMetadata) delete copy.metadata[field];
  return copy;
};

/** Warnings about what the body has too much are the decoder's, those about a version the core's. */
const ofStrategy = (warnings: readonly string[]): readonly string[] =>
  warnings.filter((warning) => !/^(?:unknown|duplicate) field |^v1 Endpoints is deprecated/.test(warning));

/** A bad value that is an empty list or map: decoding has forgotten whether it was there. */
const forgetful = (message: string): string =>
  message
    .replaceAll(/Invalid value: (?:\[\]|\{\})(?=:|$)/g, "Invalid value: null")
    .replaceAll(/"Values":\[\]/g, '"Values":null');

type Causes = NonNullable<Answer["causes"]>;

/** The map that a finding's field lies in, if it lies in one. */
const mapOf = (field: string): string =>
  field.replace(/(?<=labels|annotations|Labels|selector|hard|data|Data|max|min|default|defaultRequest|Ratio)\[.*$/, "");

/** Go visits maps in no order: what was found in one map stands together, sorted. */
const inMapOrder = (found: Causes): Causes => {
  const causes = found.map((cause) => ({ ...cause, message: forgetful(cause.message) }));
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
