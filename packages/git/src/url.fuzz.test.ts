import { isIPv4 } from "node:net";

import { attempt, brokenIf, fuzz, texts } from "@evenkeel/fuzz";
import type { Chance } from "@evenkeel/fuzz";

import { GitFailed } from "./git-failed.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";
import type { RemotePolicy, RepositoryUrl } from "./repository-url.ts";

const tour: RemotePolicy = { ...publicHostsOnly, allowHttpLoopback: true, allowFileBelow: "/srv/git" };

/** Forms of git-clone(1), and what was tried against other readers of them (CVE-2017-1000117, CVE-2022-24433, CVE-2026-6951). */
const corpus = [
  "https://git.example.org/team/shop.git",
  "https://git.example.org:8443/team/shop",
  "ssh://git@git.example.org:2222/shop",
  "git@git.example.org:team/shop.git",
  "http://127.0.0.1:3000/shop",
  "http://localhost/shop",
  "http://127.0.0.1.nip.io/shop",
  "file:///srv/git/shop.git",
  "file:///srv/git/%2e%2e/%2e%2e/etc",
  "/srv/git/shop",
  "ext::sh -c id",
  "fd::17/foo",
  "git://git.example.org/shop",
  "https://user:hunter2@git.example.org/shop",
  "https://git.example.org/shop?service=x#y",
  "ssh://-oProxyCommand=id/shop",
  "ssh://git@-oProxyCommand=id/shop",
  "https://git.example.org@evil.example/shop",
  "https://git.example.org\\@evil.example/shop",
  "https://[::1]/shop",
  "https://0x7f.1/shop",
  "https://2130706433/shop",
  "https://xn--e1afmkfd.example/shop",
  "https://git.example.org:/shop",
  "https://git.example.org:0/shop",
];

const host = (chance: Chance): string =>
  chance.pick([
    "git.example.org",
    "127.0.0.1",
    "localhost",
    "10.0.0.1",
    "a",
    "A.b-c.D",
    "169.254.169.254",
    "127.999.1.1",
  ]);
const url = (chance: Chance): string => {
  const user = chance.pick(["", "git@", "a.b-c@", "u:p@", "-x@", "@"]);
  const port = chance.pick(["", ":22", ":0", ":65535", ":65536", ":022", ":-1", ":"]);
  const path = Array.from({ length: chance.below(4) }, () =>
    chance.pick(["srv", "git", "a b", "..", "%2e%2e", "-x", "~u", "x.git", ""]),
  );
  return `${chance.pick(["https", "ssh", "http", "file", "HTTPS", "ext"])}://${user}${host(chance)}${port}/${path.join("/")}`;
};

const AUTHORITY = /^[a-z]+:\/\/(?:(?<user>[^/@]*)@)?(?<host>[^/:@]*)(?::(?<port>[^/]*))?(?=\/)/;

/** What holds of each URL that is taken, told by another reader. */
const heldTo = (text: string, policy: RemotePolicy, found: RepositoryUrl): void => {
  brokenIf(found.href !== text, "Git is not given what was declared");
  brokenIf(Buffer.from(found.href, "utf8").toString("utf8") !== text, "it changes on its way into an argument");
  brokenIf(/[\p{Cc}\p{Z}\p{Cs}]/u.test(text), "it holds a space, a control or half a character");
  const groups = AUTHORITY.exec(text)?.groups ?? {};
  if (found.scheme === "file") {
    brokenIf(policy.allowFileBelow === undefined, "a file that nobody allowed");
    brokenIf(!`${found.path}/`.startsWith("/srv/git/") || /(?:^|\/)\.\.?(?:\/|$)/.test(found.path), "a file elsewhere");
    return;
  }
  brokenIf(found.host !== groups["host"]?.toLowerCase(), "its host is another");
  brokenIf(!/^[a-z0-9][a-z0-9.-]*$/.test(found.host), "a host that no resolver should be asked for");
  brokenIf(found.scheme !== "ssh" && groups["user"] !== undefined, "it holds a user");
  brokenIf(found.scheme === "ssh" && !/^[A-Za-z0-9_]/.test(groups["user"] ?? ""), "its user looks like an option");
  brokenIf(found.port < 1 || found.port > 65_535, `port ${found.port}`);
  if (found.scheme === "http")
    brokenIf(
      !policy.allowHttpLoopback ||
        (found.host !== "localhost" && !(isIPv4(found.host) && found.host.startsWith("127."))),
      "plain http to elsewhere",
    );
  if (!URL.canParse(text)) return;
  const seen = new URL(text);
  brokenIf(seen.username !== (groups["user"] ?? "") || seen.password !== "", "another reader finds a user there");
  brokenIf(seen.search !== "" || seen.hash !== "", "another reader finds a query there");
  brokenIf(seen.hostname.toLowerCase() !== found.host, "another reader finds another host");
};

type Parse = typeof parseRepositoryUrl;

fuzz<string, Parse>({
  name: "url",
  inputs: texts({
    corpus,
    make: url,
    words: ["@", ":", "//", "https://", "ssh://", "file://", "%2e", "127.0.0.1", "srv/git/", "evil.example"],
  }),
  subject: parseRepositoryUrl,
  law: (parse) => (text, note) => {
    for (const policy of [publicHostsOnly, tour]) {
      const { value: found, refused } = attempt(() => parse(text, policy), GitFailed);
      if (refused !== undefined) brokenIf(!["UrlDenied", "HostDenied"].includes(refused.reason), refused.reason);
      if (refused !== undefined) brokenIf(refused.message.includes("hunter2"), "a password is told");
      note(found === undefined ? "refused" : `taken ${found.scheme}`);
      if (found !== undefined) heldTo(text, policy, found);
    }
  },
  sometimes: { refused: 4, "taken https": 40, "taken ssh": 200, "taken http": 200, "taken file": 200 },
  planted: {
    "a user in https": (text, policy) => ({
      ...parseRepositoryUrl(text.replace(/^https:\/\/[^/]*@/, "https://"), policy),
      href: text,
    }),
    "a file anywhere": (text, policy) => parseRepositoryUrl(text, { ...policy, allowFileBelow: "/" }),
    "white space around it": (text, policy) => parseRepositoryUrl(text.trim(), policy),
  },
});
