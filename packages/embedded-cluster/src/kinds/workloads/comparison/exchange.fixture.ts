import { Agent, request } from "node:https";

import type { ControlPlane } from "@evenkeel/testing";

/** One request to either server, and what is compared of its answer. */
export interface Asked {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
}
export interface Answered {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: unknown;
}
export type Ask = (asked: Asked) => Promise<Answered>;

const warningsOf = (header: string | undefined): readonly string[] =>
  [...(header ?? "").matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);

/** A caller of a real API server; the agent keeps one connection. */
export const askReal = (server: Pick<ControlPlane, "server" | "token">): Ask => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const once: Ask = ({ method, path, body, type = "application/json" }) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${server.token}`, "user-agent": "test", "content-type": type };
      const call = request(
        `${server.server}${path}`,
        { method, headers, agent, rejectUnauthorized: false },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const warning = response.headers["warning"] as string | string[] | undefined;
            resolve({
              status: response.statusCode ?? 0,
              warnings: warningsOf(Array.isArray(warning) ? warning.join(", ") : warning),
              body: JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown,
            });
          });
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  // A kept connection may be closed just when it is used; dry runs can be asked twice.
  return (asked) =>
    once(asked)
      .catch(() => once(asked))
      .catch(() => ({ status: 0, warnings: [], body: null }));
};

/** A caller of an embedded cluster, below any socket. */
export const askEmbedded = (handle: import("../../../server/exchange.ts").ApiHandler): Ask => {
  const user = { name: "admin", groups: ["system:masters", "system:authenticated"] };
  return async ({ method, path, body = "", type = "application/json" }) => {
    const answer = await handle({
      method,
      path,
      headers: { "content-type": type, "user-agent": "test" },
      body: Buffer.from(body),
      user,
      signal: new AbortController().signal,
    });
    if (answer.kind === "stream") throw new Error("no stream was asked for");
    return {
      status: answer.status,
      warnings: warningsOf(answer.headers["warning"]),
      body: JSON.parse(answer.body) as unknown,
    };
  };
};
