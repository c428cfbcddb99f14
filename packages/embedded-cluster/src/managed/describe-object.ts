import type { LiveObject } from "../json.ts";
import { isMap } from "../json.ts";
import { textAt, textOf } from "../reading.ts";

/** `apps/v1, Kind=Deployment`; the core group has an empty name: `/v1, Kind=Pod`. */
export const describeKind = (object: LiveObject): string => {
  const apiVersion = textOf(object.apiVersion);
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${textOf(object.kind)}`;
};

/** `default/web; apps/v1, Kind=Deployment`, with what an apply body itself says: its namespace may be empty. */
export const describeObject = (object: LiveObject): string => {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return `${textAt(metadata, "namespace")}/${textAt(metadata, "name")}; ${describeKind(object)}`;
};
