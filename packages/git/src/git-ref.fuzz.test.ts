import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { brokenIf, chanceOf, fuzz, taken, textOf, texts } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { GitFailed } from "./git-failed.ts";
import { isFullId, isFullRef, toFullRef } from "./git-ref.ts";
import type { RefSelector } from "./git-ref.ts";

/** git-check-ref-format(1), gitrevisions(7), and what looks like an option (CVE-2021-21300's kin, CVE-2026-113708). */
const corpus = [
  "main",
  "release/1.2",
  "v1.2.3",
  "refs/heads/main",
  "refs/tags/v1",
  "refs/remotes/origin/main",
  "HEAD",
  "@",
  "FETCH_HEAD",
  "a..b",
  "a...b",
  "x^{}",
  "x^{commit}",
  "x^0",
  "x~3",
  "@{-1}",
  "@{u}",
  "main@{yesterday}",
  "HEAD~1:foo",
  ":/fix",
  ":0:x",
  "^main",
  "--upload-pack=touch x",
  "-h",
  "refs/heads/-h",
  "foo.lock",
  "foo.lock/bar",
  ".foo",
  "foo/.bar",
  "foo.",
  "foo/",
  "/foo",
  "foo//bar",
  "foo bar",
  "foo?",
  "foo*",
  "foo[bar",
  "foo\\bar",
  "feature/ü",
  "0123456789abcdef0123456789abcdef01234567",
  "refs/heads/refs/heads/main",
  "+refs/heads/*:refs/remotes/*",
  "refs/heads/main:refs/heads/evil",
  "a".repeat(239),
  "a".repeat(241),
];
const name = (chance: Chance): string =>
  Array.from({ length: 1 + chance.below(3) }, () =>
    chance.pick([
      "main",
      "refs",
      "heads",
      "tags",
      "v1",
      "a.b",
      "x.lock",
      "é",
      "@",
      "-x",
      ".x",
      "0".repeat(40),
      "deadbeef".repeat(8),
      "",
    ]),
  ).join("/");
const source = {
  corpus,
  make: name,
  words: ["refs/heads/", "refs/tags/", ".lock", "..", "@{", "^{}", "~", ":", "/", ".", "-", "*"],
};

/** The rules of git-check-ref-format written anew, over bytes. */
const isWellFormed = (ref: string): boolean => {
  const bytes = Array.from(Buffer.from(ref, "utf8"));
  if (bytes.some((byte) => byte < 0x21 || byte === 0x7f || " ~^:?*[\\".includes(String.fromCharCode(byte))))
    return false;
  if (ref.includes("..") || ref.includes("@{") || ref.endsWith(".")) return false;
  return ref.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
};

const selectors = (text: string): readonly RefSelector[] => [{ branch: text }, { tag: text }, { commit: text }];
type Subject = typeof toFullRef;

fuzz<string, Subject>({
  name: "git-ref",
  inputs: texts(source),
  subject: toFullRef,
  law: (toRef) => (text, note) => {
    for (const selector of selectors(text)) {
      const ref = taken(() => toRef(selector), GitFailed);
      note(ref === undefined ? "refused" : `taken ${Object.keys(selector)[0]}`);
      if (ref === undefined) continue;
      brokenIf(Buffer.from(ref, "utf8").toString("utf8") !== ref, "it changes on its way into an argument");
      if ("commit" in selector) {
        brokenIf(ref !== text || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(ref) || !isFullId(ref), "no full id");
        continue;
      }
      const prefix = "branch" in selector ? "refs/heads/" : "refs/tags/";
      brokenIf(!ref.startsWith(prefix) || (ref !== text && ref !== prefix + text), "it is not what was declared");
      brokenIf(!isFullRef(ref), "what is taken may not stand on a command line");
      brokenIf(
        !isWellFormed(ref) || /^refs\/(?:heads|tags)\/(?:-|refs\/)/.test(ref),
        "no name of a Git ref, or one like an option",
      );
      brokenIf(
        taken(() => toRef("branch" in selector ? { branch: ref } : { tag: ref }), GitFailed) !== ref,
        "its full name is another ref",
      );
    }
  },
  sometimes: { refused: 3, "taken branch": 5, "taken tag": 5, "taken commit": 400 },
  planted: {
    "an option": (selector) =>
      "branch" in selector && selector.branch.startsWith("-") ? `refs/heads/${selector.branch}` : toFullRef(selector),
    "a ref of the other type": (selector) =>
      "tag" in selector && selector.tag.startsWith("refs/heads/") ? selector.tag : toFullRef(selector),
    "an id in capitals": (selector) =>
      "commit" in selector ? toFullRef({ commit: selector.commit.toLowerCase() }) : toFullRef(selector),
  },
});

describe("a Git ref that is taken", () => {
  it("is one that git itself takes", { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder();
    const repository = join(folder.path, "r.git");
    const git = (args: readonly string[], input = "") =>
      spawnSync("git", args, {
        input,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], LC_ALL: "C", GIT_DIR: repository },
      });
    expect(git(["init", "--quiet", "--bare", repository]).status).toBe(0);
    const chance = chanceOf(20_261_130);
    const refs = new Set<string>();
    for (let n = 0; n < 20_000; n += 1) {
      const text = textOf(chance, source);
      for (const selector of selectors(text).slice(0, 2))
        refs.add(taken(() => toFullRef(selector), GitFailed) ?? "refs/heads/main");
    }
    const said = git(["show-ref", "--exclude-existing"], [...refs, ""].join("\n"));
    expect(refs.size).toBeGreaterThan(2_000);
    expect(said.stderr).toBe("");
    expect(said.stdout.split("\n").slice(0, -1)).toEqual([...refs]);
  });
});
