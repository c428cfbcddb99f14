import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CliFailure } from "./cli-failure.ts";

const STANDARD = "127.0.0.1:7443";

/** Where the server is, and who says so. */
export interface ServerAddress {
  readonly address: string;
  readonly origin: string;
}

/** What `npm start` writes about itself. */
interface ServerFile {
  readonly path: string;
  readonly server: string;
  readonly webhook: { readonly url: string; readonly secretFile: string } | undefined;
}

const fromFile = async (folder: string): Promise<ServerFile | undefined> => {
  const path = join(folder, ".evenkeel", "server.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "EACCES") throw error;
    return dirname(folder) === folder ? undefined : await fromFile(dirname(folder));
  }
  const found = parse(text);
  if (found === undefined) throw new CliFailure(`${path}: expected {"server": "host:port"}`);
  return { path, ...found };
};

const parse = (text: string): Omit<ServerFile, "path"> | undefined => {
  try {
    const { server, webhook } = JSON.parse(text) as { readonly server?: unknown; readonly webhook?: unknown };
    const { secretFile, url } = (webhook ?? {}) as { readonly url?: unknown; readonly secretFile?: unknown };
    const isHook = typeof url === "string" && typeof secretFile === "string";
    return typeof server === "string" ? { server, webhook: isHook ? { url, secretFile } : undefined } : undefined;
  } catch {
    return undefined;
  }
};

/** The webhook endpoint of the `npm start` that runs in this folder or above it. */
export const findWebhook = async (cwd: string): Promise<ServerFile["webhook"]> => (await fromFile(cwd))?.webhook;

/** The server: `--server`, EVENKEEL_SERVER, `.evenkeel/server.json` found upward, else 127.0.0.1:7443. */
export const findServer = async (given: {
  readonly flag: string | undefined;
  readonly env: string | undefined;
  readonly cwd: string;
}): Promise<ServerAddress> => {
  if (given.flag !== undefined) return { address: given.flag, origin: "--server" };
  if (given.env !== undefined && given.env !== "") return { address: given.env, origin: "EVENKEEL_SERVER" };
  const file = await fromFile(given.cwd);
  return file === undefined ? { address: STANDARD, origin: "default" } : { address: file.server, origin: file.path };
};
