import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { ABSENT } from "./mask-values.ts";
import { showValue } from "./show-value.ts";

const object = (kind: string, apiVersion = "v1"): KubeObject => ({ apiVersion, kind, metadata: { name: "x" } });
const secret = object("Secret");
const long = JSON.stringify("x".repeat(300));

test.each<readonly [string, KubeObject, string, string, string | RegExp]>([
  ["as it is", object("ConfigMap"), ".data.a", '"1"', '"1"'],
  ["as nothing where it is absent", object("ConfigMap"), ".data.a", ABSENT, ""],
  ["as a text that only reads like absent", object("ConfigMap"), ".data.a", '"absent"', '"absent"'],
  [
    "by length and digest where it is long",
    object("ConfigMap"),
    ".data.a",
    long,
    /^\(302 bytes, sha256 [0-9a-f]{16}\)$/,
  ],
  [
    "by the bytes of it, not by its letters",
    object("ConfigMap"),
    ".data.a",
    JSON.stringify("ä".repeat(128)),
    /^\(258 bytes, /,
  ],
  ["never where it is the data of a Secret", secret, ".data.password", '"aHVudGVyMg=="', "(secret)"],
  ["never where it is what was written as text", secret, ".stringData.password", '"hunter2"', "(secret)"],
  ["never where an annotation may hold a copy of the data", secret, ".metadata.annotations.x", '"hunter2"', "(secret)"],
  ["never by length or digest, which can be guessed", secret, ".data.password", long, "(secret)"],
  ["as nothing where a Secret does not have it", secret, ".data.password", ABSENT, ""],
  ["where a Secret says its type", secret, ".type", '"Opaque"', '"Opaque"'],
  ["where a Secret has a label", secret, ".metadata.labels.app", '"web"', '"web"'],
  ["where it is a Secret of another group alone", object("Secret", "example.com/v1"), ".data.a", '"1"', '"1"'],
])("a value is shown %s", (_title, of, path, token, shown) => {
  const value = showValue(of, path, token);
  if (typeof shown === "string") expect(value).toBe(shown);
  else expect(value).toMatch(shown);
});
