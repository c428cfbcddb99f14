import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { findProgram, requireProgram } from "@evenkeel/programs";

import type { Tool } from "../tools.ts";

/** A tool of this machine, got if it is not there. */
export const toolForTests = async (name: Tool["name"]): Promise<Tool> => {
  const path = await requireProgram(name);
  const { version = "unknown" } = await findProgram(name);
  const digest = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  return { name, path, version, digest: `sha256:${digest}` };
};
