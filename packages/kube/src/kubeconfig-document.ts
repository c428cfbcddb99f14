import { isObject, parseYaml } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

/** A kubeconfig, or one part of it, that is not acceptable from where it came; `field` says which. */
export class KubeconfigRefused extends Error {
  override readonly name = "KubeconfigRefused";
  readonly field: string;
  constructor(field: string, why: string) {
    super(`kubeconfig ${field} refused: ${why}`);
    this.field = field;
  }
}

/** The cluster and user that one context names, still as written. */
export interface KubeconfigContext {
  readonly name: string;
  readonly cluster: JsonObject;
  readonly clusterAt: string;
  readonly user: JsonObject;
  readonly userAt: string;
}

interface Named {
  readonly value: JsonObject;
  readonly at: string;
}

const named = (config: JsonObject, list: string, part: string, name: string): Named => {
  const items = config[list];
  const index = Array.isArray(items)
    ? (items as readonly Json[]).findIndex((item) => isObject(item) && item["name"] === name)
    : -1;
  const item = Array.isArray(items) ? (items as readonly Json[])[index] : undefined;
  const value = isObject(item) ? item[part] : undefined;
  const at = `${list}[${index}].${part}`;
  if (index < 0) throw new KubeconfigRefused(list, `no entry is named ${JSON.stringify(name)}`);
  if (value === undefined || value === null) return { value: {}, at };
  if (!isObject(value)) throw new KubeconfigRefused(at, "not a mapping");
  return { value, at };
};

const nameField = (object: JsonObject, field: string, at: string): string => {
  const value = object[field];
  if (typeof value !== "string" || value === "") throw new KubeconfigRefused(`${at}${field}`, "not given");
  return value;
};

const readDocument = (text: string): JsonObject => {
  let value: Json | undefined;
  try {
    value = parseYaml(Buffer.from(text, "utf8"), { file: "kubeconfig", dialect: "api" }).documents[0]?.value;
  } catch (error) {
    throw new KubeconfigRefused("text", error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) throw new KubeconfigRefused("text", "not a mapping");
  return value;
};

/** Reads a kubeconfig text and picks one context (the current one by default). Throws KubeconfigRefused. */
export const readContext = (text: string, context: string | undefined): KubeconfigContext => {
  const config = readDocument(text);
  const name = context ?? nameField(config, "current-context", "");
  const chosen = named(config, "contexts", "context", name);
  const cluster = named(config, "clusters", "cluster", nameField(chosen.value, "cluster", `${chosen.at}.`));
  const userName = chosen.value["user"];
  const user =
    typeof userName === "string" && userName !== ""
      ? named(config, "users", "user", userName)
      : { value: {}, at: `${chosen.at}.user` };
  return { name, cluster: cluster.value, clusterAt: cluster.at, user: user.value, userAt: user.at };
};

/** The names of all contexts in a kubeconfig text and the current one. */
export const listContexts = (
  text: string,
): { readonly current: string | undefined; readonly names: readonly string[] } => {
  const config = readDocument(text);
  const items = Array.isArray(config["contexts"]) ? (config["contexts"] as readonly Json[]) : [];
  const current = config["current-context"];
  return {
    current: typeof current === "string" && current !== "" ? current : undefined,
    names: items.flatMap((item) => (isObject(item) && typeof item["name"] === "string" ? [item["name"]] : [])),
  };
};
