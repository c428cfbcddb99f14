import type { LiveObject, Value } from "../json.ts";
import { isMap } from "../json.ts";

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");

/** `apps/v1, Kind=Deployment`; the core group has an empty name: `/v1, Kind=Pod`. */
export const describeKind = (object: LiveObject): string => {
  const apiVersion = text(object.apiVersion);
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${text(object.kind)}`;
};

/** `default/web; apps/v1, Kind=Deployment`, with what an apply body itself says: its namespace may be empty. */
export const describeObject = (object: LiveObject): string => {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  return `${text(metadata["namespace"])}/${text(metadata["name"])}; ${describeKind(object)}`;
};
