import { Agent, request } from "node:https";

import { parseJson } from "@evenkeel/resource";
import type { ControlPlane } from "@evenkeel/testing";

import type { ApiHandler } from "../server/exchange.ts";
import { isMap, type Value } from "../json.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface Told {
  readonly status: number;
  readonly body: Value;
}

/** Sends a request as the cluster's administrator and reads the JSON of the answer. */
export type AskAny = (asked: Asked) => Promise<Told>;

const read = (text: string): Value => (text.trimStart().startsWith("{") ? (parseJson(text) as Value) : text);

/** An answer's JSON; of a watch a list of its lines. */
const readAnswer = (path: string, status: number, text: string): Value => {
  const isWatch = status === 200 && /[?&]watch=/.test(path);
  return isWatch ? text.trim().split("\n").map(read) : read(text);
};

/** Of a real API server, over one connection. */
export const askReal = ({ caPem, server, token }: ControlPlane): AskAny => {
  const agent = new Agent({ ca: caPem, keepAlive: true, maxSockets: 1 });
  return ({ body, headers, method, path }) =>
    new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${token}`, ...headers };
      const call = request(`${server}${path}`, { method, agent, headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0 } = response;
          resolve({ status, body: readAnswer(path, status, Buffer.concat(chunks).toString("utf8")) });
        });
      });
      call.on("error", reject);
      if (body !== undefined) call.setHeader("content-length", Buffer.byteLength(body)); // Node does not for a DELETE
      call.end(body);
    });
};

/** Of an embedded cluster; of a watch all lines together, as the client's going ends them. */
export const askEmbedded =
  ({ handle }: { readonly handle: ApiHandler }): AskAny =>
  async ({ body = "", headers = {}, method, path }) => {
    const user = { name: "admin", groups: ["system:masters"] };
    const { signal } = new AbortController();
    const answer = await handle({ method, path, headers, body: Buffer.from(body as string), user, signal });
    if (answer.kind === "plain") return { status: answer.status, body: read(answer.body) };
    const lines: Value[] = [];
    for await (const line of answer.lines) lines.push(read(line));
    return { status: answer.status, body: lines };
  };

const MASKED: ReadonlySet<string> = new Set(["uid", "resourceVersion", "creationTimestamp", "time", "lastTransitionTime"]);

/** An answer without what differs from one server to the next: uid, versions, times. */
export const masked = ({ body, status }: Told): Told => ({ status, body: maskedValue(body) });

const UID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const maskedValue = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value === "string") return value.replaceAll(UID, "*");
  if (!isMap(value)) return value;
  const entries = Object.entries(value);
  const mask = (key: string, each: Value): Value =>
    MASKED.has(key) && typeof each === "string" ? "*" : maskedValue(each);
  return Object.fromEntries(entries.map(([key, each]) => [key, mask(key, each)]));
};
