import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A smart-HTTP server over git-http-backend on loopback; for fixtures and the bench, never for production. */
export interface GitHttpServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; a repository is at `/<its directory below root>`. */
  readonly url: string;
  readonly requests: () => number;
}

export interface GitHttpOptions {
  /** The `Authorization` header that is asked for; none by default. */
  readonly authorization?: string;
  /** May answer in the backend's place (redirects, silence, errors); true if it did. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Serves every repository below `root`, with pushes allowed. */
export const serveGitHttp = async (root: string, options: GitHttpOptions = {}): Promise<GitHttpServer> => {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    if (options.intercept?.(request, response) === true) return;
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    answer(root, request, response);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => count,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = (root: string, request: IncomingMessage, response: ServerResponse): void => {
  const at = new URL(request.url ?? "/", "http://localhost");
  const header = (name: string): string => String(request.headers[name] ?? "");
  const backend = spawn("git", ["-c", "http.receivepack=true", "http-backend"], {
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: header("git-protocol"),
      PATH_INFO: decodeURIComponent(at.pathname),
      QUERY_STRING: at.search.slice(1),
      REQUEST_METHOD: request.method ?? "GET",
      CONTENT_TYPE: header("content-type"),
      HTTP_CONTENT_ENCODING: header("content-encoding"),
      REMOTE_USER: "git",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  backend.on("error", () => response.destroy());
  backend.stdin.on("error", () => {});
  request.pipe(backend.stdin);
  let head: Buffer | undefined = Buffer.alloc(0);
  backend.stdout.on("data", (chunk: Buffer) => {
    if (head === undefined) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const headers = head.toString("latin1", 0, end).split("\r\n");
    const status = headers.find((line) => line.startsWith("Status: "))?.slice(8, 11) ?? "200";
    for (const line of headers) {
      const colon = line.indexOf(":");
      if (!line.startsWith("Status:")) response.setHeader(line.slice(0, colon), line.slice(colon + 1).trim());
    }
    response.writeHead(Number(status));
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  backend.stdout.once("end", () => response.end());
};
