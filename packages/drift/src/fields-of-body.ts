import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

const fieldsOf = (value: Json | undefined): JsonObject =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, member]) =>
          member === undefined ? [] : [[`f:${key}`, fieldsOf(member)]],
        ),
      )
    : {};

const NAMES = new Set(["f:name", "f:namespace", "f:uid"]);

/** The fields that a body names, as fieldsV1; a list counts as a whole, since nobody has told its keys. */
export const fieldsOfBody = ({ apiVersion: _version, kind: _kind, metadata, ...content }: KubeObject): JsonObject => {
  const own = Object.entries(fieldsOf(metadata as Json)).filter(([key]) => !NAMES.has(key));
  return { ...fieldsOf(content as JsonObject), ...(own.length === 0 ? {} : { "f:metadata": Object.fromEntries(own) }) };
};
