import { invalid } from "../field-error.ts";
import type { Findings } from "./findings.ts";

/** No `..` between slashes; one finding is enough. */
export const validateNoBacksteps = (path: string, field: string): Findings =>
  path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];

/** A path below something. */
export const validateDescendingPath = (path: string, field: string): Findings => [
  ...(path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : []),
  ...validateNoBacksteps(path, field),
];

/** A file's path in a volume: names that start with two dots are the kubelet's. */
export const validateFilePath = (path: string, field: string): Findings => [
  ...validateDescendingPath(path, field),
  ...(path.startsWith("..") && !path.startsWith("../") ? [invalid(field, path, "must not start with '..'")] : []),
];
