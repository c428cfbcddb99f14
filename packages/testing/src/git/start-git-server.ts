import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { temporaryFolder } from "../temporary-folder.ts";
import { serveByHttpBackend } from "./http-backend.ts";
import { runGit } from "./run-git.ts";

export interface GitRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly authorization?: string;
}

/** What goes wrong with a request, before Git sees it. */
export type GitFault =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "drop" };

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The folder of the bare repositories. */
  readonly root: string;
  /** A new empty bare repository with branch main, at `URL/NAME.git`; anyone may push. */
  readonly create: (name: string) => Promise<{ readonly url: string; readonly path: string }>;
  /** Every request so far, oldest first. */
  readonly requests: readonly GitRequest[];
  /** From now on each request (for one repository, if it is named) suffers this, until another call; undefined: none. */
  readonly setFault: (fault: GitFault | undefined, repository?: string) => void;
}
export interface GitServerOptions {
  /** May answer in Git's place (a redirect, silence, a broken pack), or change the request; true if it answered. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** When given, any other `authorization: Basic` is answered by 401. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** Serves Git's smart HTTP protocol on loopback, fetch and push, by the real `git http-backend`. */
export const startGitServer = async ({ intercept, login }: GitServerOptions = {}): Promise<GitServer> => {
  await using stack = new AsyncDisposableStack();
  const { path: root } = stack.use(await temporaryFolder());
  const requests: GitRequest[] = [];
  let next: GitFault | undefined;
  let only: string | undefined;
  const wanted = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { authorization } = request.headers;
    requests.push({ method: request.method ?? "", url: request.url ?? "", ...(authorization && { authorization }) });
    if (intercept?.(request, response) === true) return;
    const fault = only === undefined || request.url?.startsWith(`/${only}.git/`) === true ? next : undefined;
    if (fault?.kind === "drop") return void request.destroy();
    if (fault?.kind === "status")
      return void response.writeHead(fault.status, fault.headers).end("a fault of the test");
    if (fault?.kind === "delay") await delay(fault.ms);
    if (wanted !== undefined && authorization !== wanted)
      return void response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    await serveByHttpBackend(root, request, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy()); // the client went away
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const url = `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
  const owned = stack.move();
  return {
    url,
    root,
    requests,
    create: async (name) => {
      const path = join(root, `${name}.git`);
      await runGit(root, "init", "--quiet", "--bare", "--initial-branch=main", path);
      return { url: `${url}/${name}.git`, path };
    },
    setFault: (fault, repository) => {
      next = fault;
      only = repository;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
