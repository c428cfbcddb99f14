import { ApiRefusal } from "./status.ts";

/** How an answer is to be written. */
export type Representation = "object" | "partial" | "partial-list" | "table";

const META_VERSIONS: ReadonlySet<string> = new Set(["v1", "v1beta1"]);

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const parseAccept = (accept: string): readonly Clause[] =>
  accept
    .split(",")
    .map((part) => {
      const [type = "", ...rest] = part.split(";").map((piece) => piece.trim());
      const parameters = new Map(
        rest.map((piece) => {
          const equals = piece.indexOf("=");
          return [piece.slice(0, equals), piece.slice(equals + 1)] as const;
        }),
      );
      return { type: type.toLowerCase(), parameters, quality: Number(parameters.get("q") ?? 1) };
    })
    .filter(({ type }) => type !== "")
    .sort((a, b) => b.quality - a.quality);

const acceptsJson = (type: string): boolean => ["*/*", "application/*", "application/json"].includes(type);

const AS: Readonly<Record<string, Representation>> = {
  PartialObjectMetadata: "partial",
  PartialObjectMetadataList: "partial-list",
  Table: "table",
};

export interface Negotiated {
  readonly representation: Representation;
  /** Version of meta.k8s.io in which a transformed answer is written. */
  readonly metaVersion: string;
  /** Of a table: its columns were told before. */
  readonly withoutColumns?: boolean;
}

/** What the client accepts of what there is: JSON, as it is or transformed. Throws the server's 406. */
export const negotiate = (accept: string | undefined): Negotiated => {
  if (accept === undefined || accept.trim() === "") return { representation: "object", metaVersion: "v1" };
  for (const { type, parameters } of parseAccept(accept)) {
    if (!acceptsJson(type)) continue;
    const as = parameters.get("as");
    if (as === undefined) {
      const stream = parameters.get("stream");
      if (stream !== undefined && stream !== "watch") continue;
      return { representation: "object", metaVersion: "v1" };
    }
    const version = parameters.get("v") ?? "";
    const representation = AS[as];
    if (representation === undefined || parameters.get("g") !== "meta.k8s.io" || !META_VERSIONS.has(version)) continue;
    return { representation, metaVersion: version };
  }
  throw notAcceptable();
};

/** 406 of an endpoint of resources. */
export const notAcceptable = (): ApiRefusal =>
  new ApiRefusal(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );

/** Refuses, as the router does, an Accept header without any type that the server writes. */
export const checkAccept = (accept: string | undefined): void => {
  if (accept === undefined || accept.trim() === "") return;
  const known = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "*/*", "application/*"];
  if (parseAccept(accept).some(({ type }) => known.includes(type))) return;
  throw new ApiRefusal(
    406,
    "NotAcceptable",
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
    {},
  );
};

/** The media type of a body: JSON unless said. Throws the server's 415. */
export const bodyType = (contentType: string | undefined): "json" | "yaml" => {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "" || type === "application/json" || type === "*/*") return "json";
  if (type === "application/yaml") return "yaml";
  throw new ApiRefusal(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
};
