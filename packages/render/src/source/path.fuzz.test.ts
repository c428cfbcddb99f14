import { posix } from "node:path";

import { always, attempt, brokenIf, fuzz, made, smallerTexts, textOf } from "@evenkeel/fuzz";
import type { Chance, TextSource } from "@evenkeel/fuzz";

import { withoutCredentials } from "../kustomize/remote-reference.ts";
import { matchesGlob } from "../plain/glob.ts";
import { RenderRefused } from "../render-refused.ts";
import { checkedName } from "./file-name.ts";
import {
  baseName,
  commonDirectory,
  directoryOf,
  isWithin,
  joinPath,
  normalPath,
  relativeTo,
  stepsOf,
} from "./repo-path.ts";

interface Input {
  readonly directory: string;
  readonly reference: string;
  readonly glob: string;
}
/** What led out of the trees of others (C1, C3), and forms that kustomize and git take. */
const PATHS: TextSource = {
  corpus: [
    ".",
    "",
    "apps/web",
    "../base",
    "../../../etc/passwd",
    "./a/../b",
    "a//b/",
    "/etc/passwd",
    "..",
    "...",
    ".. /x",
    "..\\..\\x",
    "C:\\x",
    "%2e%2e/x",
    "a/%2e%2e/b",
    "．．/x",
    "a\0/../b",
    ".git/config",
    ".GIT",
    ".g\u200cit",
    "git~1",
    ".git::$INDEX_ALLOCATION",
    ".git. ",
    "con",
    "a\n",
    "\u202eexe.yaml",
    "x".repeat(256),
    "é".repeat(130),
    "\ud800",
    "https://example.org/x?ref=v1",
    "github.com/org/repo//base?ref=v1",
    "git@github.com:org/repo",
    "git::https://x/y",
    "ssh://git@x/y",
    "org/repo",
    "oci://x/y",
  ],
  words: ["../", "..", "./", "/", "//", "\\", ".git", ".", "~1", ":", "@", "a", "\0", "%2e", "?ref=", "github.com/"],
};
const GLOBS: TextSource = {
  corpus: ["*", "**", "**/*.yaml", "a/**/b", "*a*a*a*a*a*a*b", "**/**/**/**/**/x", "?", "[a-z]", "{a,b}", "!a", ""],
  words: ["*", "**", "?", "/", "a", ".yaml", "**/"],
};

const inputs = made<Input>({
  make: (chance: Chance) => ({
    directory: chance.pick([".", "apps", "apps/web", "a/b/c", textOf(chance, PATHS)]),
    reference: textOf(chance, PATHS),
    glob: textOf(chance, GLOBS),
  }),
  *smaller({ directory, reference, glob }) {
    for (const shorter of smallerTexts(reference)) yield { directory, reference: shorter, glob };
    for (const shorter of smallerTexts(directory)) yield { directory: shorter, reference, glob };
    for (const shorter of smallerTexts(glob)) yield { directory, reference, glob: shorter };
  },
});

/** Git's own folder, as git, Windows and macOS would find it; told anew. */
const isGit = (name: string): boolean => {
  const seen =
    name
      .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
      .split(":")[0]
      ?.replace(/[. ]+$/, "")
      .toLowerCase() ?? "";
  return seen === ".git" || /^git~\d+$/.test(seen);
};
/** The same by what the program knows of paths: a root that nothing leads out of. */
const joined = (directory: string, reference: string): string | undefined => {
  const path = posix.normalize(`./${directory}/${reference}/`).replace(/\/+$/, "");
  return path === ".." || path.startsWith("../") ? undefined : path;
};
const regular = (text: string): boolean => text.length < 40;
const model = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split("/")
      .map((part) =>
        part
          .replace(/[.+^${}()|[\]\\]/g, "\\$&")
          .replace(/\*+/g, "[^/]*")
          .replaceAll("?", "[^/]"),
      )
      .join("/")}$`,
    "s",
  );

const paths = { joinPath, checkedName, matchesGlob };
type Paths = typeof paths;

fuzz<Input, Paths>({
  name: "path",
  inputs,
  subject: paths,
  law:
    (the) =>
    ({ directory, reference, glob }, note) => {
      const inner = joined(".", directory);
      const { value: path, refused } = attempt(() => the.joinPath(directory, reference, "file"), RenderRefused);
      note(refused === undefined ? "path taken" : "path refused");
      if (refused !== undefined)
        brokenIf(refused.refusal.code !== "PathOutsideRepo", "it is refused as something else");
      if (path !== undefined) {
        brokenIf(
          stepsOf(path).some((step) => step === "..") && !stepsOf(directory).includes(".."),
          "a path that leads out",
        );
        brokenIf(path.startsWith("/") || path === "" || normalPath(path) !== path, "a path of another form");
        if (path !== ".")
          brokenIf(
            joined(directoryOf(path), baseName(path)) !== path && !path.includes(".."),
            "it is not its directory and its name",
          );
        const root = commonDirectory([path, normalPath(directory)]);
        brokenIf(
          !isWithin(path, root) || joined(root, relativeTo(path, root)) !== joined(".", path),
          "it is not below what holds it",
        );
        if (inner === normalPath(directory))
          brokenIf(path !== joined(directory, reference), `another reader finds ${joined(directory, reference)}`);
      }
      const { value: name } = attempt(() => the.checkedName(Buffer.from(reference, "utf8"), "dir"), RenderRefused);
      note(name === undefined ? "name refused" : "name taken");
      if (name !== undefined) {
        brokenIf(
          /[/\\\p{Cc}\p{Cs}]/u.test(name) || /^\.{0,2}$/.test(name) || isGit(name),
          "a name that no file may have",
        );
        brokenIf(!Buffer.from(name, "utf8").equals(Buffer.from(reference, "utf8")), "another name than the tree has");
      }
      always(() => withoutCredentials(reference));
      const matched = always(() => the.matchesGlob(reference, glob));
      if (matched) note("glob matches");
      if (!glob.includes("**") && regular(glob) && regular(reference))
        brokenIf(matched !== model(glob).test(reference), "another matcher says otherwise");
    },
  sometimes: { "path taken": 3, "path refused": 80, "name taken": 8, "name refused": 3, "glob matches": 30 },
  planted: {
    "a step up is left out": {
      ...paths,
      joinPath: (directory, reference, file) => joinPath(directory, reference.replace(/^(?:\.\.\/)+/, "../"), file),
    },
    "capitals of Git's folder": {
      ...paths,
      checkedName: (name, directory) =>
        Buffer.from(name).toString("latin1") === ".GIT" ? ".GIT" : checkedName(name, directory),
    },
    "bytes that are no UTF-8 are mended": {
      ...paths,
      checkedName: (name, directory) =>
        checkedName(new TextDecoder().decode(Buffer.from(name)).normalize("NFKC"), directory),
    },
    "a star goes over a slash": { ...paths, matchesGlob: (path, glob) => matchesGlob(path.replaceAll("/", "_"), glob) },
  },
});
