import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import type { WebhookKind } from "@evenkeel/words";

export interface WebhookRequest {
  readonly kind: WebhookKind;
  /** The shared secret; an empty or absent one refuses everything. */
  readonly secret: string | undefined;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The raw body: HMACs are over bytes, not over what they parse to. */
  readonly body: Uint8Array;
  /** URL of the declared repository. */
  readonly url: string;
}

/** `look`: a verified hint. Otherwise the status to answer with, and nothing is looked at. */
export type WebhookDecision =
  | { readonly kind: "look"; readonly status: 202 }
  | { readonly kind: "ignore"; readonly status: 200 }
  | { readonly kind: "refuse"; readonly status: 400 | 401; readonly why: string };

interface Row {
  readonly proof: string;
  readonly isToken?: true;
  readonly event?: string;
  readonly pushes?: readonly string[];
}

const rows: Readonly<Record<WebhookKind, Row>> = {
  github: { proof: "x-hub-signature-256", event: "x-github-event", pushes: ["push", "create"] },
  gitea: { proof: "x-gitea-signature", event: "x-gitea-event", pushes: ["push", "create"] },
  gitlab: { proof: "x-gitlab-token", isToken: true, event: "x-gitlab-event", pushes: ["Push Hook", "Tag Push Hook"] },
  generic: { proof: "x-signature" },
};

// Digests have one length, so the comparison tells nothing about the secret's.
const equal = (a: string, b: string): boolean => {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** Judges a webhook by its signature first, then its form, then whether it is about this repository. */
export const decideWebhook = ({ kind, secret, headers, body, url }: WebhookRequest): WebhookDecision => {
  const row = rows[kind];
  const proof = headers[row.proof];
  if (secret === undefined || secret === "" || proof === undefined) return unverified;
  const expected = row.isToken === true ? secret : createHmac("sha256", secret).update(body).digest("hex");
  if (!equal(row.isToken === true ? proof : proof.replace(/^sha256=/, "").toLowerCase(), expected)) return unverified;

  const payload = parse(headers["content-type"], body);
  if (payload === undefined) return { kind: "refuse", status: 400, why: "the body is not a JSON object" };
  const event = row.event === undefined ? undefined : headers[row.event];
  if (row.pushes !== undefined && (event === undefined || !row.pushes.includes(event)))
    return { kind: "ignore", status: 200 };
  const named = repositoryPaths(payload);
  if (named.length > 0 && !named.includes(pathOf(url)))
    return { kind: "refuse", status: 400, why: "the event is about another repository" };
  return { kind: "look", status: 202 };
};

const unverified: WebhookDecision = { kind: "refuse", status: 401, why: "the signature is missing or wrong" };

type Payload = Readonly<Record<string, unknown>>;
const asMap = (value: unknown): Payload | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Payload) : undefined;

// GitHub's older hooks send a form whose field `payload` is the JSON.
const parse = (type: string | undefined, body: Uint8Array): Payload | undefined => {
  const sent = new TextDecoder().decode(body);
  const isForm = type?.startsWith("application/x-www-form-urlencoded") === true;
  const text = isForm ? (new URLSearchParams(sent).get("payload") ?? "-") : sent;
  if (text.trim() === "") return {};
  try {
    return asMap(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** In one walk from each end: a pattern of slashes at the end is tried anew from each slash. */
const withoutSlashes = (text: string): string => {
  let [from, to] = [0, text.length];
  while (text[from] === "/") from += 1;
  while (to > from && text[to - 1] === "/") to -= 1;
  return text.slice(from, to);
};

// Hosts answer under several names and ports, so only the path of the repository is compared.
const pathOf = (url: string): string =>
  withoutSlashes(url.replace(/^[a-z]+:\/\/[^/]*\/|^[^@/]+@[^:/]+:/i, ""))
    .replace(/\.git$/, "")
    .toLowerCase();

const repositoryPaths = (payload: Payload): readonly string[] =>
  [asMap(payload["repository"]), asMap(payload["project"])]
    .flatMap((part) =>
      part === undefined ? [] : ["clone_url", "ssh_url", "git_ssh_url", "git_http_url"].map((key) => part[key]),
    )
    .filter((value): value is string => typeof value === "string")
    .map(pathOf);
