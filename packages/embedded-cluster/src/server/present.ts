import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type Value, type ValueMap, isMap } from "../json.ts";
import { writeJson } from "../store/write-json.ts";
import type { Call } from "./cluster-state.ts";
import type { Negotiated } from "./media-types.ts";
import { ApiRefusal } from "./status.ts";
import { tableOf, tableOfOne } from "./table.ts";
import { toVersion } from "./versions.ts";

/** The text of an object in the version of the call's endpoint; stored text is sent as it is. */
export const inRequestedVersion = (call: Call, json: string): string =>
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
export const partialOf = (call: Call, json: string, metaVersion: string): ValueMap => {
  const object = parseJson(json) as ValueMap;
  if (isMap(object["metadata"])) dropInnerAnnotations(call, object["metadata"]);
  return {
    kind: "PartialObjectMetadata",
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: isMap(object["metadata"]) ? object["metadata"] : {},
  };
};

const notThis = (call: Call, asked: string, why: string, type: string): ApiRefusal => {
  const isCustom = call.cluster.catalogue.isCustom(call.kind);
  const name = isCustom
    ? `unstructured.Unstructured${type === call.kind.listKind ? "List" : ""}`
    : `${goPackage(call)}.${type}`;
  return new ApiRefusal(406, "NotAcceptable", `you requested ${asked}, but the requested object ${why} (*${name})`);
};

const goPackage = (call: Call): string => (call.kind.group === "" ? "core" : (call.kind.group.split(".")[0] ?? ""));

/** One object as the client wants to see it. Throws the server's 406. */
export const presentObject = (call: Call, json: string, negotiated: Negotiated): string => {
  const { metaVersion, representation, withoutColumns } = negotiated;
  switch (representation) {
    case "object":
      return inRequestedVersion(call, json);
    case "partial":
      return writeJson(partialOf(call, json, metaVersion));
    case "table":
      return writeJson(tableOfOne(json, call, metaVersion, withoutColumns !== true));
    case "partial-list":
      throw notThis(call, "PartialObjectMetadataList", "is not a list", call.kind.kind);
  }
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
export const presentList = (
  call: Call,
  items: readonly string[],
  metadata: ValueMap,
  { metaVersion, representation }: Negotiated,
): string => {
  switch (representation) {
    case "partial-list": {
      const partial: Value[] = items.map((json) => partialOf(call, json, metaVersion));
      return writeJson({
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${metaVersion}`,
        metadata: withoutEmptyToken(metadata),
        items: partial.length === 0 ? null : partial, // as Go writes a list that nothing was put into
      });
    }
    case "table":
      return writeJson(tableOf(items, withoutEmptyToken(metadata), call, metaVersion));
    case "partial":
      throw notThis(call, "PartialObjectMetadata", "is a list", call.kind.listKind);
    case "object": {
      const { group, listKind, version } = call.kind;
      const apiVersion = group === "" ? version : `${group}/${version}`;
      const texts = items.map((json) => itemText(call, json)).join(",");
      return `{"kind":${JSON.stringify(listKind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${writeJson(metadata)},"items":[${texts}]}`;
    }
  }
};
