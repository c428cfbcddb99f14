import { GitFailed } from "./git-failed.ts";

/** What a declaration may follow: exactly one typed member (invariant source.git-ref). */
export type RefSelector =
  | { readonly branch: string }
  | { readonly tag: string }
  | { readonly commit: string }
  | { readonly head: true };

/** True for a full object id: 40 or 64 lower-case hex digits. */
export const isFullId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** True for a full Git ref that may stand on a command line: `HEAD`, `refs/heads/...` or `refs/tags/...`. */
export const isFullRef = (text: string): boolean =>
  text === "HEAD" || (/^refs\/(?:heads|tags)\//.test(text) && isRefName(text.slice(text.indexOf("/", 5) + 1)));

// The rules of git-check-ref-format, and none of revision syntax: `-x`, `a..b`, `x^{}`, `@{-1}`, `HEAD~1:foo`. Half
// a character would become another on its way into an argument.
const isRefName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 240 &&
  !/[\p{Cc}\p{Cs} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|^@$/u.test(name) &&
  name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));

const invalid = (field: string, value: string, why: string): GitFailed =>
  new GitFailed(
    "RefInvalid",
    `ref.${field} ${JSON.stringify(value.slice(0, 80))} ${why}`,
    field === "commit"
      ? "give the full commit id of 40 or 64 lower-case hex digits"
      : `give a plain ${field} name or its full name refs/${field === "tag" ? "tags" : "heads"}/NAME`,
  );

const fullName = (field: "branch" | "tag", value: string): string => {
  const prefix = field === "branch" ? "refs/heads/" : "refs/tags/";
  const name = value.startsWith(prefix) ? value.slice(prefix.length) : value;
  if (name.startsWith("refs/")) throw invalid(field, value, `is not a ${field}`);
  if (!isRefName(name)) throw invalid(field, value, "is not a name of a Git ref");
  return prefix + name;
};

/** The full Git ref, or the full commit id, that a selector stands for; throws GitFailed RefInvalid. */
export const toFullRef = (selector: RefSelector): string => {
  if ("branch" in selector) return fullName("branch", selector.branch);
  if ("tag" in selector) return fullName("tag", selector.tag);
  if ("head" in selector) return "HEAD";
  if (!isFullId(selector.commit)) throw invalid("commit", selector.commit, "is not a full commit id");
  return selector.commit;
};
