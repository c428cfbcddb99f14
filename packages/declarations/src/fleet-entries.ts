import type { FleetFile } from "./read-files.ts";

/** What stands at a path of the fleet, whoever lists it: the source-watcher a commit, `validate` a folder. */
export interface FleetEntry {
  /** From the fleet's root. */
  readonly path: string;
  readonly kind: "file" | "symlink" | "submodule" | "other";
  /** Bytes of a file. */
  readonly size: number;
}

/** `read`: its content is needed, by `fleetFileOf`; `unreadable`: it counts as it is; `nothing`: no part of the fleet. */
export type FleetRole = "read" | "unreadable" | "nothing";

const DECLARATIONS = /\.(?:ya?ml|json)$/;
/** A declaration that was set aside, packed or made a template of: `app.yaml.bak`, `app.yml~`, `app.yaml.gz`, `app.YAML`. */
const SET_ASIDE = /\.(?:ya?ml|json)(?:$|[^a-z0-9])/i;
/** Documents for people may show a declaration. */
const PROSE = /\.(?:md|markdown|adoc|rst|html?)$/i;
const HIDDEN = /(?:^|\/)\./;
/** What is larger is data. */
const MOST_LOOKED_AT = 1024 * 1024;
const MOST_READ = 10 * 1024 * 1024;

const isDeclarations = (path: string): boolean => DECLARATIONS.test(path) && !HIDDEN.test(path);

/** One rule for everybody who reads a fleet. */
export const roleOf = ({ path, kind, size }: FleetEntry): FleetRole => {
  if (kind === "submodule") return "unreadable";
  if (kind === "other") return isDeclarations(path) ? "unreadable" : "nothing";
  if (kind === "symlink") return SET_ASIDE.test(path) || !/\.[^/]+$/.test(path) ? "unreadable" : "nothing";
  if (isDeclarations(path)) return size > MOST_READ ? "unreadable" : "read";
  if (!HIDDEN.test(path) && SET_ASIDE.test(path) && !PROSE.test(path)) return "unreadable";
  return size > MOST_LOOKED_AT || PROSE.test(path) ? "nothing" : "read";
};

/** The file as `parseFleet` takes it; undefined for what is no part of the fleet, by its name or by what it holds. */
export const fleetFileOf = (entry: FleetEntry, bytes: Uint8Array | undefined): FleetFile | undefined => {
  const { path } = entry;
  const role = roleOf(entry);
  if (role === "nothing") return undefined;
  if (role === "unreadable" || bytes === undefined) return { path, bytes: new Uint8Array(), unreadable: whyNot(entry) };
  if (isDeclarations(path)) return { path, bytes };
  return looksDeclared(bytes) ? { path, bytes: new Uint8Array(), unreadable: otherName } : undefined;
};

const looksDeclared = (bytes: Uint8Array): boolean => {
  const text = new TextDecoder("latin1").decode(bytes).replaceAll("\0", "");
  return /^[^\w\n]*apiVersion["']?\s*:\s*["']?evenkeel\.dev\//m.test(text);
};

const otherName = {
  message: "this looks like a declaration, and is not read under this name",
  remedy: "name it *.yaml, *.yml or *.json outside of hidden directories, or remove it",
};

const whyNot = ({ kind, path, size }: FleetEntry): NonNullable<FleetFile["unreadable"]> => {
  const commit = { remedy: "commit the files themselves" };
  if (kind === "submodule") return { message: "a submodule is not read", ...commit };
  if (kind === "symlink") return { message: "a symbolic link is not read", ...commit };
  if (!isDeclarations(path)) return otherName;
  if (size > MOST_READ)
    return { message: `the file has ${size} bytes, at most ${MOST_READ} are read`, remedy: "split it" };
  return { message: "the file cannot be read", ...commit };
};
