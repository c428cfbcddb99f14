import { describe, expect, test } from "vitest";

import { GitFailed } from "./git-failed.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";
import type { RemotePolicy } from "./repository-url.ts";

const tour: RemotePolicy = { ...publicHostsOnly, allowHttpLoopback: true, allowFileBelow: "/srv/git" };
const reasonOf = (url: string, policy: RemotePolicy): string => {
  try {
    parseRepositoryUrl(url, policy);
    return "accepted";
  } catch (error) {
    expect(error).toBeInstanceOf(GitFailed);
    return (error as GitFailed).reason;
  }
};

describe("a declared repository URL", () => {
  test.each([
    ["https with a path", "https://git.example.org/team/shop.git"],
    ["https with a port", "https://git.example.org:8443/team/shop"],
    ["ssh with a user", "ssh://git@git.example.org/team/shop.git"],
    ["ssh with a port", "ssh://git@git.example.org:2222/shop"],
  ])("accepts %s", (_what, url) => expect(reasonOf(url, publicHostsOnly)).toBe("accepted"));

  test.each([
    ["the ext transport", "ext::sh -c id"],
    ["the fd transport", "fd::3"],
    ["an upper-case transport", "EXT::sh -c id"],
    ["the git protocol", "git://git.example.org/shop"],
    ["plain http", "http://git.example.org/shop"],
    ["plain http to loopback", "http://127.0.0.1:3000/shop"],
    ["an absolute path", "/srv/git/shop"],
    ["a relative path", "../shop"],
    ["a file URL", "file:///srv/git/shop"],
    ["scp-like syntax", "git@git.example.org:shop"],
    ["a password in https", "https://ana:hunter2@git.example.org/shop"],
    ["a token in https", "https://ghp_token@git.example.org/shop"],
    ["ssh without a user", "ssh://git.example.org/shop"],
    ["an ssh user that looks like an option", "ssh://-oProxyCommand=id@git.example.org/shop"],
    ["a host that looks like an option", "https://-x.example.org/shop"],
    ["a query", "https://git.example.org/shop?x=1"],
    ["a fragment", "https://git.example.org/shop#x"],
    ["a backslash", "https://git.example.org\\@evil.example/shop"],
    ["a newline", "https://git.example.org/shop\n"],
    ["a port out of range", "https://git.example.org:99999/shop"],
    ["a port that nothing listens on", "https://git.example.org:0/shop"],
    ["half a character", "https://git.example.org/shop\ud800"],
    ["a control that is no byte of ASCII", "https://git.example.org/shop\u0085"],
    ["a line separator", "https://git.example.org/shop\u2028"],
    ["an address as one number", "https://2130706433/shop"],
    ["an address with parts in hex", "https://0x7f.1/shop"],
    ["an address with a part in octal", "ssh://git@010.0.0.1/shop"],
    ["an address with a dot behind it", "https://10.0.0.1./shop"],
    ["a name that looks like a loopback address", "https://127.999.1.1/shop"],
    ["an empty text", ""],
  ])("refuses %s", (_what, url) => expect(reasonOf(url, publicHostsOnly)).toBe("UrlDenied"));

  test("never repeats a URL that may hold a password", () => {
    expect(() => parseRepositoryUrl("https://ana:hunter2@git.example.org/shop", publicHostsOnly)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") as string }) as Error,
    );
  });

  test("refuses a host that is not on the list", () => {
    const policy = { ...publicHostsOnly, allowedHosts: ["git.example.org"] };
    expect(reasonOf("https://git.example.org/shop", policy)).toBe("accepted");
    expect(reasonOf("https://GIT.example.org/shop", policy)).toBe("accepted");
    expect(reasonOf("https://other.example.org/shop", policy)).toBe("HostDenied");
  });
});

describe("the start options of the tour", () => {
  test.each([
    ["http to loopback", "http://127.0.0.1:3000/shop.git", "accepted"],
    ["http to localhost", "http://localhost:3000/shop.git", "accepted"],
    ["http to another host", "http://git.example.org/shop.git", "UrlDenied"],
    ["a file below the directory", "file:///srv/git/shop.git", "accepted"],
    ["a file beside the directory", "file:///srv/gitlab/shop.git", "UrlDenied"],
    ["a file with encoded characters", "file:///srv/git/a%20%C3%BC%20%23b%2520'q/shop.git", "accepted"],
    ["a file that climbs out by encoded dots", "file:///srv/git/%2e%2e/secret", "UrlDenied"],
    ["a file with an encoded NUL", "file:///srv/git/shop%00", "UrlDenied"],
    ["a file that is not well encoded", "file:///srv/git/%zz", "UrlDenied"],
    ["a file that climbs out", "file:///srv/git/../secret", "UrlDenied"],
  ])("judge %s", (_what, url, verdict) => expect(reasonOf(url, tour)).toBe(verdict));
});
