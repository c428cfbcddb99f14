import { Agent, request } from "node:https";

import { parseJson } from "@evenkeel/resource";
import type { ControlPlane } from "@evenkeel/testing";

import { isMap, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";

/** An answer of a real API server, warnings as texts. */
export interface RealAnswer {
  readonly status: number;
  readonly body: ValueMap;
  readonly warnings: readonly string[];
}

export type AskRealServer = (method: string, path: string, body?: Value) => Promise<RealAnswer>;

const warningsOf = (header: string | undefined): readonly string[] =>
  [...(header ?? "").matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted = '""']) => JSON.parse(quoted) as string);

/** Asks over connections that are kept; ends with the process. */
export const askRealServer = (plane: ControlPlane): AskRealServer => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: plane.caPem });
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const patch = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const headers = { authorization: `Bearer ${plane.token}`, "content-type": patch };
      const sent = request(new URL(path, plane.server), { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const parsed = text.startsWith("{") ? (parseJson(text) as Value) : { message: text };
          resolve({
            status: answer.statusCode ?? 0,
            body: isMap(parsed) ? parsed : {},
            warnings: warningsOf(answer.headers["warning"]),
          });
        });
      });
      // Some CRDs make the server panic: it then hangs up.
      sent.on("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNRESET" ? resolve({ status: 0, body: {}, warnings: [] }) : reject(error),
      );
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
};
