import { flag } from "./parameters.ts";

/** A path taken apart as the API server does before it knows what is served there. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** "" for none or for cluster-scoped resources. */
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
  /** More segments than any resource has. */
  readonly tooLong: boolean;
}

/** Subresources of a namespace itself; any other third segment is a resource in it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(["status", "finalize"]);

const resourceIn = (group: string, version: string, all: readonly string[]): ResourcePath | undefined => {
  let parts = all;
  let namespace = "";
  if (parts[0] === "namespaces" && parts.length > 1) {
    namespace = parts[1] ?? "";
    if (parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2] ?? "")) parts = parts.slice(2);
  }
  const [plural, name = "", subresource = ""] = parts;
  if (plural === undefined) return undefined;
  return { group, version, namespace, plural, name, subresource, tooLong: parts.length > 3 };
};

/** The resource that a path means, or undefined for paths of another kind (`/version`, `/apis/apps`). */
export const resourcePath = (segments: readonly string[]): ResourcePath | undefined => {
  if (segments[0] === "api" && segments.length > 2) return resourceIn("", segments[1] ?? "", segments.slice(2));
  if (segments[0] === "apis" && segments.length > 3) {
    return resourceIn(segments[1] ?? "", segments[2] ?? "", segments.slice(3));
  }
  return undefined;
};

/** The one name that a list or watch asks for by its field selector: access is decided for it. */
export const selectedNameIn = (query: URLSearchParams): string =>
  /(?:^|,)metadata\.name==?([^,]+)(?:,|$)/.exec(query.get("fieldSelector") ?? "")?.[1] ?? "";

/** The verb that the server authorizes and counts. */
export const verbOf = (method: string, path: ResourcePath, query: URLSearchParams): string => {
  switch (method) {
    case "GET":
      if (path.name !== "") return "get"; // `watch` means nothing where one object is named
      return flag(query, "watch") === true ? "watch" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return path.name === "" ? "deletecollection" : "delete";
    default:
      return "";
  }
};
