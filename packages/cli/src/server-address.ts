import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CliFailure } from "./cli-failure.ts";

const standard = "127.0.0.1:7443";

/** Where the server is, and who says so. */
export interface ServerAddress {
  readonly address: string;
  readonly origin: string;
}

const fromFile = async (folder: string): Promise<ServerAddress | undefined> => {
  const file = join(folder, ".evenkeel", "server.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "EACCES") throw error;
    return dirname(folder) === folder ? undefined : await fromFile(dirname(folder));
  }
  const address = addressIn(text);
  if (address === undefined) throw new CliFailure(`${file}: expected {"server": "host:port"}`);
  return { address, origin: file };
};

const addressIn = (text: string): string | undefined => {
  try {
    const { server } = JSON.parse(text) as { readonly server?: unknown };
    return typeof server === "string" ? server : undefined;
  } catch {
    return undefined;
  }
};

/** The server: `--server`, EVENKEEL_SERVER, `.evenkeel/server.json` found upward, else 127.0.0.1:7443. */
export const findServer = async (given: {
  readonly flag: string | undefined;
  readonly env: string | undefined;
  readonly cwd: string;
}): Promise<ServerAddress> => {
  if (given.flag !== undefined) return { address: given.flag, origin: "--server" };
  if (given.env !== undefined && given.env !== "") return { address: given.env, origin: "EVENKEEL_SERVER" };
  return (await fromFile(given.cwd)) ?? { address: standard, origin: "default" };
};
