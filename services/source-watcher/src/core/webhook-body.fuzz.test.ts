import { createHmac } from "node:crypto";

import { always, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance, TextSource } from "@evenkeel/fuzz";
import type { WebhookKind } from "@evenkeel/words";

import { decideWebhook } from "./decide-webhook.ts";
import type { WebhookRequest } from "./decide-webhook.ts";

const SECRET = "s3cret";
const URL_ = "https://git.example.org/team/shop.git";
const kinds: readonly WebhookKind[] = ["github", "gitea", "gitlab", "generic"];

/** Push events as GitHub, Gitea and GitLab document them, and bodies of GHSA-gpx4-37g2-c8pv and its kin. */
const push = (url: string): string =>
  JSON.stringify({
    ref: "refs/heads/main",
    repository: { clone_url: url, ssh_url: "git@git.example.org:team/shop.git" },
    commits: [],
  });
const CORPUS = [
  push(URL_),
  push("https://git.example.org/other/shop.git"),
  JSON.stringify({
    object_kind: "push",
    project: { git_http_url: URL_, git_ssh_url: "git@git.example.org:team/shop.git" },
  }),
  `payload=${encodeURIComponent(push(URL_))}`,
  "",
  "{}",
  "[]",
  "null",
  '{"repository":null,"project":[]}',
  '{"repository":{"clone_url":1,"ssh_url":{}}}',
  '{"__proto__":{"clone_url":"x"},"repository":{"__proto__":{"clone_url":"https://git.example.org/team/shop"}}}',
  `{"repository":${'{"a":'.repeat(60)}1${"}".repeat(60)}}`,
  '{"repository":{"clone_url":"https://git.example.org/../team/shop"}}',
  "payload=%ff&payload=%",
];
const SOURCE: TextSource = {
  corpus: CORPUS,
  words: [
    '"repository"',
    '"clone_url"',
    '"project"',
    '"ssh_url"',
    ":",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "payload=",
    "&",
    "%7B",
    "+",
    "\\u0000",
    URL_,
    "git@",
    ".git",
    "//",
  ],
};
const PROOFS: Record<WebhookKind, string> = {
  github: "x-hub-signature-256",
  gitea: "x-gitea-signature",
  gitlab: "x-gitlab-token",
  generic: "x-signature",
};
const EVENTS: Record<WebhookKind, string> = {
  github: "x-github-event",
  gitea: "x-gitea-event",
  gitlab: "x-gitlab-event",
  generic: "x-event",
};
const hmac = (body: Uint8Array, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

const proofOf = (chance: Chance, kind: WebhookKind, body: Uint8Array, sent: Uint8Array): string | undefined => {
  const good = kind === "gitlab" ? SECRET : hmac(sent, SECRET);
  switch (chance.below(10)) {
    case 0:
      return undefined;
    case 1:
      return textOf(chance, { corpus: [good], words: ["sha256=", "0", "f", " ", "\0", SECRET] });
    case 2:
      return hmac(body, "other");
    case 3:
      return `sha1=${createHmac("sha1", SECRET).update(body).digest("hex")}`;
    case 4:
      return hmac(body, "");
    case 5:
      return `sha256=${good.toUpperCase()}`;
    default:
      return chance.once(2) && kind !== "gitlab" ? `sha256=${good}` : good;
  }
};

const inputs = made<WebhookRequest>({
  make: (chance) => {
    const kind = chance.pick(kinds);
    const signed = Buffer.from(textOf(chance, SOURCE), "utf8");
    // What is signed and what is sent differ sometimes: somebody on the way has changed it.
    const body = chance.once(6) ? Buffer.from(textOf(chance, { corpus: [signed.toString("utf8")] }), "utf8") : signed;
    return {
      kind,
      secret: chance.pick([SECRET, SECRET, SECRET, SECRET, "", undefined]),
      headers: {
        [PROOFS[kind]]: proofOf(chance, kind, body, signed),
        [EVENTS[kind]]: chance.pick(["push", "push", "create", "Push Hook", "Tag Push Hook", "ping", "", undefined]),
        "content-type": chance.pick([
          "application/json",
          "application/x-www-form-urlencoded",
          "application/x-www-form-urlencoded; charset=utf-8",
          "text/plain",
          undefined,
        ]),
      },
      body,
      url: URL_,
    };
  },
  *smaller(request) {
    for (const text of smallerTexts(Buffer.from(request.body).toString("utf8")))
      yield { ...request, body: Buffer.from(text, "utf8") };
  },
});

/** Whether who sent it knows the secret, told anew. */
const isProved = ({ kind, secret, headers, body }: WebhookRequest): boolean => {
  const proof = headers[PROOFS[kind]];
  if (secret === undefined || secret === "" || proof === undefined) return false;
  return kind === "gitlab"
    ? proof === secret
    : [hmac(body, secret), `sha256=${hmac(body, secret)}`].includes(proof.toLowerCase().replace("SHA256=", "sha256="));
};

type Payload = Readonly<Record<string, unknown>>;

/** Every name of a repository in an event. */
const namesIn = (payload: Payload): readonly string[] =>
  [payload["repository"], payload["project"]].flatMap((part) =>
    typeof part !== "object" || part === null || Array.isArray(part)
      ? []
      : ["clone_url", "ssh_url", "git_ssh_url", "git_http_url"]
          .map((key) => (part as Payload)[key])
          .filter((name) => typeof name === "string"),
  );

type Decide = typeof decideWebhook;

fuzz<WebhookRequest, Decide>({
  name: "webhook-body",
  inputs,
  subject: decideWebhook,
  law: (decide) => (request, note) => {
    const decision = always(() => decide(request));
    note(`${decision.kind} ${decision.status}`);
    const proved = isProved(request);
    brokenIf(!proved && decision.status !== 401, "an answer to one who does not know the secret");
    brokenIf(proved && decision.status === 401, "one who knows the secret is sent away");
    if (decision.kind === "refuse")
      brokenIf(decision.why.includes(SECRET) || decision.why.length > 80, "a reason that holds what was sent");
    if (decision.kind !== "look" || request.headers["content-type"]?.startsWith("application/x-www-form") === true)
      return;
    const text = new TextDecoder().decode(request.body).trim();
    if (text === "") return;
    const payload = always(() => JSON.parse(text) as unknown);
    brokenIf(typeof payload !== "object" || payload === null || Array.isArray(payload), "a look for what is no event");
    const named = namesIn(payload as Payload);
    brokenIf(
      named.length > 0 && !named.some((name) => /team\/shop(?:\.git)?\/*$/i.test(name)),
      "a look for another repository",
    );
  },
  sometimes: { "look 202": 100, "ignore 200": 100, "refuse 401": 3, "refuse 400": 20 },
  planted: {
    "an empty secret is one": (request) => decideWebhook({ ...request, secret: request.secret ?? "other" }),
    "a body that is read before it is proved": (request) => {
      JSON.parse(new TextDecoder().decode(request.body));
      return decideWebhook(request);
    },
    "a signature over what it says, not over its bytes": (request) =>
      decideWebhook({ ...request, body: Buffer.from(new TextDecoder().decode(request.body).trim(), "utf8") }),
    "an event about any repository": (request) => {
      const decision = decideWebhook(request);
      return decision.kind === "refuse" && decision.why.includes("another") ? { kind: "look", status: 202 } : decision;
    },
  },
});
