import { createHmac } from "node:crypto";

import { describe, expect, test } from "vitest";
import type { WebhookKind } from "@evenkeel/words";

import { decideWebhook } from "./decide-webhook.ts";
import type { WebhookRequest } from "./decide-webhook.ts";

const url = "https://git.example.org/team/shop.git";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hmac = (body: string, secret = "s3cret"): string => createHmac("sha256", secret).update(body).digest("hex");
const push = JSON.stringify({
  ref: "refs/heads/main",
  repository: { clone_url: url, ssh_url: "git@git.example.org:team/shop.git" },
});
const request = (
  kind: WebhookKind,
  headers: Record<string, string>,
  body = push,
  secret: string | undefined = "s3cret",
): WebhookRequest => ({
  kind,
  secret,
  headers,
  body: bytes(body),
  url,
});
const github = (body: string, event = "push", secret = "s3cret") =>
  request("github", { "x-hub-signature-256": `sha256=${hmac(body, secret)}`, "x-github-event": event }, body);
const form = (body: string): WebhookRequest => {
  const plain = github(body);
  return {
    ...plain,
    headers: { ...plain.headers, "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  };
};

describe("a webhook", () => {
  test.each([
    ["of GitHub with a good signature is a hint", github(push), "look", 202],
    [
      "of Gitea with a good signature is a hint",
      request("gitea", { "x-gitea-signature": hmac(push), "x-gitea-event": "push" }),
      "look",
      202,
    ],
    [
      "of GitLab with the token is a hint",
      request("gitlab", { "x-gitlab-token": "s3cret", "x-gitlab-event": "Push Hook" }),
      "look",
      202,
    ],
    [
      "of any sender with an HMAC is a hint",
      request("generic", { "x-signature": `sha256=${hmac("{}")}` }, "{}"),
      "look",
      202,
    ],
    ["without a body is a hint as well", request("generic", { "x-signature": hmac("") }, ""), "look", 202],
    ["of GitHub as a form is a hint", form(`payload=${encodeURIComponent(push)}`), "look", 202],
    ["of GitHub as a form without a payload is refused after its signature", form("a=b"), "refuse", 400],
    ["that is JSON and no object is refused after its signature", github("[]"), "refuse", 400],
    ["that is a ping is answered and ignored", github("{}", "ping"), "ignore", 200],
    ["of an issue is answered and ignored", github(push, "issues"), "ignore", 200],
    ["with another secret is refused", github(push, "push", "other"), "refuse", 401],
    ["without a signature is refused", request("github", { "x-github-event": "push" }), "refuse", 401],
    [
      "with a wrong token is refused",
      request("gitlab", { "x-gitlab-token": "s3cre", "x-gitlab-event": "Push Hook" }),
      "refuse",
      401,
    ],
    [
      "where the secret is empty is refused",
      request("gitlab", { "x-gitlab-token": "", "x-gitlab-event": "Push Hook" }, push, ""),
      "refuse",
      401,
    ],
    ["where the secret is missing is refused", { ...github(push), secret: undefined }, "refuse", 401],
    ["signed over another body is refused", { ...github(push), body: bytes(`${push} `) }, "refuse", 401],
    ["with malformed JSON is refused after its signature", github("{"), "refuse", 400],
    ["about another repository is refused", github(push.replaceAll("team/shop", "team/other")), "refuse", 400],
  ])("%s", (_title, input, kind, status) => expect(decideWebhook(input)).toMatchObject({ kind, status }));
});

test("a webhook is judged in time that grows with its body, whatever its repository is called", () => {
  const body = JSON.stringify({ repository: { clone_url: `https://a/${"/".repeat(1_000_000)}x` } });
  expect(decideWebhook(github(body))).toMatchObject({ kind: "refuse", status: 400 });
});
