import { ApiRefusal } from "./status.ts";

/** How an answer is to be written. */
export type Representation = "object" | "partial" | "table";

/** What the client wants of what there is: JSON, as it is or transformed; whatever else it names is answered as JSON. */
export const representationFor = (accept = ""): Representation => {
  const as = /;\s*as=(Table|PartialObjectMetadata)/.exec(accept)?.[1];
  return as === undefined ? "object" : as === "Table" ? "table" : "partial";
};

/** The media type of a body: JSON unless said. Throws the server's 415. */
export const bodyType = (contentType: string | undefined): "json" | "yaml" => {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "" || type === "application/json" || type === "*/*") return "json";
  if (type === "application/yaml") return "yaml";
  throw unsupportedMediaType();
};

/** 415: another kind of body than is read here. */
export const unsupportedMediaType = (): ApiRefusal =>
  new ApiRefusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
