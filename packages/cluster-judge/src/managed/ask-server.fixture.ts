import { Agent, request } from "node:https";

import type { ControlPlane } from "@evenkeel/testing";
import { canonicalJson, parseJson } from "@evenkeel/resource";

import type { LiveObject, Value } from "@evenkeel/embedded-cluster/internals/json";
import { asJson } from "@evenkeel/embedded-cluster/internals/json";

export interface Answer {
  readonly status: number;
  readonly body: LiveObject;
}

export type Ask = (method: string, path: string, body?: Value, type?: string) => Promise<Answer>;

/** Speaks JSON with a real API server as its administrator, over one connection. */
export const askServer = ({ server, caPem, token }: ControlPlane): Ask => {
  const agent = new Agent({ ca: caPem, keepAlive: true, maxSockets: 1 });
  return (method, path, body, type = "application/json") =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": type, "user-agent": "test" };
      const call = request(`${server}${path}`, { method, agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            body: (text.startsWith("{") ? parseJson(text) : { message: text }) as LiveObject,
          });
        });
      });
      call.on("error", reject);
      call.end(body === undefined ? undefined : canonicalJson(asJson(body)));
    });
};
