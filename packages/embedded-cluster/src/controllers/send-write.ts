import { parseJson } from "@evenkeel/resource";

import { isMap } from "../json.ts";
import type { ApiHandler, ApiUser } from "../server/exchange.ts";
import { writeJson } from "../store/write-json.ts";
import type { Value } from "../json.ts";
import type { Write } from "./decision.ts";
import { NODE } from "./template.ts";

/** What a write came to: `stale` is to be decided anew, `refused` waits. */
export type Sent =
  | { readonly kind: "done" }
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly message: string };

const CONTENT_TYPES: Readonly<Record<Write["method"], string>> = {
  POST: "application/json",
  PUT: "application/json",
  PATCH: "application/merge-patch+json",
  DELETE: "application/json",
};

const userOf = (controller: string): ApiUser =>
  controller === "kubelet"
    ? { name: `system:node:${NODE}`, groups: ["system:nodes", "system:authenticated"] }
    : {
        name: `system:serviceaccount:kube-system:${controller}`,
        groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
      };

const messageOf = (body: string): string => {
  try {
    const status = parseJson(body) as Value;
    return isMap(status) && typeof status["message"] === "string" ? status["message"] : body;
  } catch {
    return body;
  }
};

/** Sends one request of a controller, as the user and manager that it has in a real cluster. */
export const sendWrite = async (
  handle: ApiHandler,
  controller: string,
  write: Write,
  signal: AbortSignal,
): Promise<Sent> => {
  const manager = controller === "kubelet" ? "kubelet" : "kube-controller-manager";
  const answer = await handle({
    method: write.method,
    path: write.method === "DELETE" ? write.path : `${write.path}?fieldManager=${manager}`,
    headers: { accept: "application/json", "content-type": CONTENT_TYPES[write.method], "user-agent": manager },
    body: Buffer.from(writeJson(write.body), "utf8"),
    user: userOf(controller),
    signal,
  });
  if (answer.status < 400 || answer.kind === "stream") return { kind: "done" };
  if (write.method === "DELETE" && answer.status === 404) return { kind: "done" };
  if (answer.status === 409 || answer.status === 404) return { kind: "stale" };
  return { kind: "refused", message: messageOf(answer.body) };
};
