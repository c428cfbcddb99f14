import { ManifestRefused, parseJson, parseYaml } from "@evenkeel/resource";

import { isMap, type Value, type ValueMap } from "../json.ts";
import { badRequest } from "../server/status.ts";

/** A body in YAML, which is mostly JSON. An empty one is an empty map. Throws ApiRefusal (400). */
export const readApplyBody = (body: Uint8Array): ValueMap => {
  const value = readJson(body) ?? readYaml(body);
  if (isMap(value)) return value;
  if (value === null) return {};
  throw badRequest("error decoding YAML: cannot unmarshal what is no map");
};

/** The fast way for nearly all bodies. `undefined` when it is no JSON. */
const readJson = (body: Uint8Array): Value | undefined => {
  const text = Buffer.from(body).toString("utf8");
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return parseJson(text) as Value;
  } catch {
    return undefined;
  }
};

const readYaml = (body: Uint8Array): Value => {
  try {
    return (parseYaml(body, { file: "body", dialect: "api" }).documents[0]?.value ?? null) as Value;
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
};
