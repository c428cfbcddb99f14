import { type EmbeddedCluster, type EmbeddedClusterOptions, createEmbeddedCluster } from "../../embedded-cluster.ts";
import type { ValueMap } from "../../json.ts";
import type { ApiAnswer, ApiUser } from "../exchange.ts";

/** An answer with its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ValueMap;
}

export interface Asker {
  readonly cluster: EmbeddedCluster;
  readonly raw: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Headers,
    signal?: AbortSignal,
  ) => Promise<ApiAnswer>;
  readonly ask: (method: string, path: string, body?: unknown, headers?: Headers) => Promise<Answered>;
}

type Headers = Readonly<Record<string, string>>;

export const APPLY: Headers = { "content-type": "application/apply-patch+yaml" };
export const MERGE: Headers = { "content-type": "application/merge-patch+json" };
export const JSON_PATCH: Headers = { "content-type": "application/json-patch+json" };

const ADMIN: ApiUser = { name: "admin", groups: ["system:masters"] };

/** A fresh cluster and a client of it. */
export const asker = (options: EmbeddedClusterOptions = {}, user: ApiUser = ADMIN): Asker => {
  const cluster = createEmbeddedCluster(options);
  const raw: Asker["raw"] = (method, path, body, headers = {}, signal = new AbortController().signal) => {
    const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
    const type = text === "" ? {} : { "content-type": "application/json" };
    return cluster.handle({
      method,
      path,
      headers: { accept: "application/json", "user-agent": "test/1", ...type, ...headers },
      body: Buffer.from(text),
      user,
      signal,
    });
  };
  return {
    cluster,
    raw,
    ask: async (method, path, body, headers) => {
      const answer = await raw(method, path, body, headers);
      if (answer.kind === "stream") throw new Error(`${method} ${path} is a stream`);
      const isJson = answer.body.startsWith("{");
      return {
        status: answer.status,
        headers: answer.headers,
        body: isJson ? (JSON.parse(answer.body) as ValueMap) : { text: answer.body },
      };
    },
  };
};

/** A ConfigMap of the namespace `default`. */
export const configMap = (name: string, metadata: object = {}, data: object = { a: "1" }): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
