import { describe, expect, test } from "vitest";

import { AnchorDamaged, anchorName, decodeAnchor, emptyAnchor, encodeAnchor, isAnchorName } from "./anchor-document.ts";
import type { Anchor } from "./anchor-document.ts";

const anchor: Anchor = {
  cluster: "prod-eu",
  epoch: 117_661_820_321_792n,
  placement: 3n,
  floor: 9n,
  head: { n: 12n, hash: "a".repeat(64), sequence: 40 },
  fleet: {
    source: "_fleet",
    gitRef: "refs/heads/main",
    lineage: "f",
    tip: "g",
    seq: 7n,
    tree: "r",
    declarationsDigest: "sha256:d",
    signature: "s",
    follows: ["e"],
  },
  apps: new Map([
    [
      "uid1",
      {
        version: {
          fleet: 7n,
          selection: 2n,
          sources: [
            { source: "a", seq: 5n },
            { source: "b", seq: 2n ** 60n },
          ],
          tools: 1n,
        },
        digest: "sha256:d",
        lineage: {
          source: "a",
          gitRef: "refs/heads/main",
          lineage: "l",
          tip: "t",
          seq: 5n,
          tree: "r",
          declarationsDigest: "",
          signature: "s",
          follows: ["k"],
        },
        ledger: 11n,
      },
    ],
  ]),
  gone: new Map([["uid2", 8n]]),
};

describe("the anchor on a cluster", () => {
  test.each([
    ["with everything", anchor],
    ["with nothing", emptyAnchor],
    ["without head", { ...anchor, head: undefined }],
    ["from before it kept a fleet revision", { ...anchor, fleet: undefined }],
  ])("%s is read as it was written", (_title, given) => {
    expect(decodeAnchor(encodeAnchor(given))).toEqual(given);
  });

  test("is text that people can read", () => {
    const data = encodeAnchor(anchor);
    expect(Object.values(data).every((value) => typeof value === "string")).toBe(true);
    expect(data).toMatchObject({ format: "1", epoch: "117661820321792", floor: "9", "gone.uid2": "8" });
  });

  test.each([
    ["another format", { format: "2" }],
    ["no epoch", { epoch: "" }],
    ["a negative placement", { placement: "-1" }],
    ["a head that is no JSON", { head: "{" }],
    ["a head without hash", { head: '{"n":1,"sequence":1}' }],
    ["a fleet revision without tip", { fleet: '{"source":"_fleet"}' }],
    ["an app that is a list", { "app.uid1": "[]" }],
    ["a tombstone that is no number", { "gone.uid2": "soon" }],
    ["an app without version", { "app.uid1": '{"digest":"d","ledger":1}' }],
  ])("is damaged with %s", (_title, change) => {
    expect(() => decodeAnchor({ ...encodeAnchor(anchor), ...change } as Record<string, string>)).toThrow(AnchorDamaged);
  });

  test.each([
    ["prod-7c1e", "ek-prod-7c1e-3"],
    ["Prod_7", "ek-prod-7-3"],
  ])("of installation %s is named %s", (installation, name) => {
    expect(anchorName(installation, 3)).toBe(name);
    expect(isAnchorName(installation, name)).toBe(true);
  });

  test.each([
    ["of another installation", "ek-prod-2-3"],
    ["of an installation whose name begins like ours", "ek-prod-7c1e-x-3"],
    ["without a number", "ek-prod-7c1e-"],
    ["with more than a number", "ek-prod-7c1e-3a"],
  ])("is none that is named like one %s", (_title, name) => expect(isAnchorName("prod-7c1e", name)).toBe(false));
});
