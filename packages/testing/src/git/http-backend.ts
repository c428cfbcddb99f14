import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { gitEnvironment } from "./run-git.ts";

/** Settings of the served repositories, as the large hosts have them. */
const SERVER_CONFIG = {
  "http.receivepack": "true",
  "uploadpack.allowAnySHA1InWant": "true",
  "uploadpack.allowFilter": "true",
  "receive.denyCurrentBranch": "ignore",
};

const configEnvironment = Object.fromEntries([
  ["GIT_CONFIG_COUNT", String(Object.keys(SERVER_CONFIG).length)],
  ...Object.entries(SERVER_CONFIG).flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]),
]) as Record<string, string>;

/** Answers one request of Git's smart HTTP protocol by `git http-backend` (CGI) on the repositories below `root`. */
export const serveByHttpBackend = async (
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = new URL(request.url ?? "/", "http://localhost");
  const header = (name: string): string => String(request.headers[name] ?? "");
  const child = spawn("git", ["http-backend"], {
    env: {
      ...gitEnvironment,
      ...configEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      GIT_PROTOCOL: header("git-protocol"),
      REMOTE_ADDR: "127.0.0.1",
      REMOTE_USER: "test",
      ...(request.headers["content-length"] && { CONTENT_LENGTH: request.headers["content-length"] }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  response.on("close", () => child.kill());
  pipeline(request, child.stdin).catch(() => {}); // the backend may answer before it has read all
  await pipeline(child.stdout, (output: AsyncIterable<Buffer>) => splitCgi(output, response), response);
};

/** Takes the CGI header off, sets it on the response and passes the body on. */
async function* splitCgi(output: AsyncIterable<Buffer>, response: ServerResponse): AsyncGenerator<Buffer> {
  let head = Buffer.alloc(0);
  let isBody = false;
  for await (const chunk of output) {
    if (isBody) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) continue;
    isBody = true;
    setHead(head.toString("latin1", 0, end), response);
    if (head.length > end + 4) yield head.subarray(end + 4);
  }
  if (!isBody) response.statusCode = 500;
}

const setHead = (head: string, response: ServerResponse): void => {
  for (const line of head.split("\r\n")) {
    const [name = "", value = ""] = line.split(/:\s*(.*)/s);
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
};
