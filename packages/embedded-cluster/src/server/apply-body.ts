// Until patch/apply-body.ts is there: JSON bodies, and YAML in our own dialect.
import { parseJson, parseYaml } from "@evenkeel/resource";

import type { Value } from "../json.ts";

export const readApplyBody = (bytes: Uint8Array): Value => {
  const text = Buffer.from(bytes).toString("utf8");
  try {
    return parseJson(text) as Value;
  } catch {
    const { documents } = parseYaml(bytes, { file: "body", dialect: "api" });
    return (documents[0]?.value ?? null) as Value;
  }
};
