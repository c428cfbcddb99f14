import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** A program that renders; its binary counts in every key, because a version string can lie. */
export interface Tool {
  readonly name: "kustomize" | "helm";
  readonly path: string;
  readonly version: string;
  /** `sha256:<hex>` of the binary. */
  readonly digest: string;
}

export interface Tools {
  readonly kustomize?: Tool;
  readonly helm?: Tool;
}

/** Completes tools that are known by path and version with the digests of their binaries. */
export const describeTools = async (tools: {
  readonly [Name in keyof Tools]: Omit<Tool, "name" | "digest">;
}): Promise<Tools> => {
  const described = await Promise.all(
    (["kustomize", "helm"] as const).map(async (name) => {
      const tool = tools[name];
      return tool === undefined ? [] : [[name, { name, ...tool, digest: await digestOf(tool.path) }] as const];
    }),
  );
  return Object.fromEntries(described.flat());
};

const digestOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
};
