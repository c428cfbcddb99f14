import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, isMap } from "../json.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import type { Representation } from "./media-types.ts";
import { tableOf, tableOfOne } from "./table.ts";
import { apiVersionOf, toVersion } from "./versions.ts";

/** The text of an object in the version of the call's endpoint; stored text is sent as it is. */
const inRequestedVersion = (call: Call, json: string): string =>
  call.kind.version === call.kind.storageVersion
    ? json
    : writeJson(toVersion(call.kind, parseJson(json) as LiveObject, call.kind.version));

/** Annotations in which a version keeps fields of the server's inner form are not metadata. */
const dropInnerAnnotations = (call: Call, metadata: ValueMap): void => {
  const { annotations } = metadata;
  if (!isMap(annotations)) return;
  for (const name of call.kind.strategy.annotationsOfInnerFields ?? []) delete annotations[name];
  if (Object.keys(annotations).length === 0) delete metadata["annotations"];
};

/** The metadata of an object alone. */
const partialOf = (call: Call, json: string): ValueMap => {
  const object = parseJson(json) as ValueMap;
  const metadata = isMap(object["metadata"]) ? object["metadata"] : {};
  dropInnerAnnotations(call, metadata);
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
};

/** One object as the client wants to see it; in a watch a table names its columns once. */
export const presentObject = (call: Call, json: string, as: Representation, withColumns = true): string => {
  if (as === "object") return inRequestedVersion(call, json);
  return writeJson(as === "partial" ? partialOf(call, json) : tableOfOne(json, call, withColumns));
};

const HEAD = /^\{"(?:apiVersion|kind)":"[^"]*","(?:apiVersion|kind)":"[^"]*",/;

/** An item of a list: built-in kinds come without their type there, custom ones with it. */
const itemText = (call: Call, json: string): string => {
  const text = inRequestedVersion(call, json);
  if (call.cluster.catalogue.isCustom(call.kind)) return text;
  if (HEAD.test(text)) return `{${text.replace(HEAD, "")}`;
  const { apiVersion: _, kind: __, ...rest } = parseJson(text) as ValueMap;
  return writeJson(rest);
};

const withoutEmptyToken = (metadata: ValueMap): ValueMap => {
  const { continue: token, ...rest } = metadata;
  return token === undefined || token === "" ? rest : metadata;
};

/** A list as the client wants to see it. `metadata` is that of the list. */
export const presentList = (call: Call, items: readonly string[], metadata: ValueMap, as: Representation): string => {
  const { group, listKind, version } = call.kind;
  if (as === "table") return writeJson(tableOf(items, withoutEmptyToken(metadata), call));
  if (as === "partial") {
    const partial: Value[] = items.map((json) => partialOf(call, json));
    return writeJson({
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata: withoutEmptyToken(metadata),
      items: partial.length === 0 ? null : partial, // as Go writes a list that nothing was put into
    });
  }
  const texts = items.map((json) => itemText(call, json)).join(",");
  return `{"kind":${JSON.stringify(listKind)},"apiVersion":${JSON.stringify(apiVersionOf(group, version))},"metadata":${writeJson(metadata)},"items":[${texts}]}`;
};
