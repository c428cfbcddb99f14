import { isIPv4 } from "node:net";
import { posix } from "node:path";

import { GitFailed } from "./git-failed.ts";

/** Which remotes may be reached; the two `allow` members are start options of the tour and of tests, never declared. */
export interface RemotePolicy {
  /** Host names that may be contacted; `"any"` leaves this to the egress policy around the process. */
  readonly allowedHosts: readonly string[] | "any";
  /** Hosts that may resolve to a private or loopback address. */
  readonly privateHosts: readonly string[];
  /** Allows plain `http` to a loopback address. */
  readonly allowHttpLoopback: boolean;
  /** Allows `file` URLs below this absolute directory. */
  readonly allowFileBelow: string | undefined;
}

/** A policy that allows every public host over https and ssh, and nothing else. */
export const publicHostsOnly: RemotePolicy = {
  allowedHosts: "any",
  privateHosts: [],
  allowHttpLoopback: false,
  allowFileBelow: undefined,
};

/** A checked repository URL: `href` is the exact text given to Git, without any credential. */
export interface RepositoryUrl {
  readonly scheme: "https" | "http" | "ssh" | "file";
  readonly href: string;
  /** Lower-case host; empty for `file`. */
  readonly host: string;
  readonly port: number;
  /** `https://host:port`, the scope of a credential; empty for ssh and file. */
  readonly origin: string;
  /** Of a file URL: the directory, decoded. */
  readonly path: string;
}

const HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})";
// Half a character would become another on its way into an argument.
const PATH = "/[^\\s?#\\\\\\p{Cc}\\p{Cs}\\p{Z}]*";
const shapes: readonly { readonly scheme: RepositoryUrl["scheme"]; readonly port: number; readonly form: RegExp }[] = [
  {
    scheme: "https",
    port: 443,
    form: new RegExp(`^https://(?<host>${HOST})(?::(?<port>\\d{1,5}))?(?<path>${PATH})$`, "u"),
  },
  {
    scheme: "http",
    port: 80,
    form: new RegExp(`^http://(?<host>${HOST})(?::(?<port>\\d{1,5}))?(?<path>${PATH})$`, "u"),
  },
  {
    scheme: "ssh",
    port: 22,
    form: new RegExp(
      `^ssh://[A-Za-z0-9_][A-Za-z0-9._-]*@(?<host>${HOST})(?::(?<port>\\d{1,5}))?(?<path>${PATH})$`,
      "u",
    ),
  },
  { scheme: "file", port: 0, form: new RegExp(`^file://(?<path>${PATH})$`, "u") },
];

const isLoopback = (host: string): boolean => host === "localhost" || (isIPv4(host) && host.startsWith("127."));
/** `0x7f.1`, `2130706433`, `010.0.0.1`: readers take what ends in a number for addresses, and not all for the same. */
const isOddAddress = (host: string): boolean => /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/.test(host) && !isIPv4(host);
const denied = (why: string): GitFailed =>
  new GitFailed(
    "UrlDenied",
    `repository URL denied: ${why}`,
    "use https://host[:port]/path or ssh://user@host[:port]/path, and give credentials as a secret reference",
  );

/**
 * Parses a repository URL under `policy` (invariant source.url); throws GitFailed UrlDenied or HostDenied.
 * The message never repeats the URL's text, which may hold a password.
 */
export const parseRepositoryUrl = (text: string, policy: RemotePolicy): RepositoryUrl => {
  for (const { scheme, port: defaultPort, form } of shapes) {
    const match = form.exec(text)?.groups;
    if (match === undefined) continue;
    const url = {
      scheme,
      href: text,
      host: (match["host"] ?? "").toLowerCase(),
      port: match["port"] === undefined ? defaultPort : Number(match["port"]),
      path: scheme === "file" ? decoded(match["path"] ?? "/") : (match["path"] ?? "/"),
    };
    if (url.port > 65_535 || (url.port === 0 && scheme !== "file")) throw denied("the port is not from 1 to 65535");
    if (isOddAddress(url.host)) throw denied("an address is four numbers of 0 to 255 with dots between them");
    const origin = scheme === "https" || scheme === "http" ? `${scheme}://${url.host}:${url.port}` : "";
    return checkPolicy({ ...url, origin }, policy);
  }
  throw denied(whyNoShape(text));
};

// Git decodes a file URL before it opens the directory: what is checked is what it will open.
const decoded = (path: string): string => {
  try {
    const text = decodeURIComponent(path);
    if (!text.includes("\0")) return text;
  } catch {
    // Told below.
  }
  throw denied("its path is not well encoded");
};

const whyNoShape = (text: string): string => {
  if (/^https?:\/\/[^/]*@/.test(text)) return "it holds a user name, password or token";
  if (/^https:|^ssh:/.test(text)) return "its host, path, query or fragment is not of the allowed form";
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,20}(?=::|:\/\/)/.exec(text)?.[0];
  return scheme === undefined ? "it is not an https or ssh URL" : `the scheme ${scheme} is not allowed`;
};

const checkPolicy = (url: RepositoryUrl, policy: RemotePolicy): RepositoryUrl => {
  if (url.scheme === "file") {
    if (policy.allowFileBelow === undefined) throw denied("the scheme file is not allowed");
    if (posix.normalize(url.path) !== url.path || !isBelow(url.path, policy.allowFileBelow))
      throw denied("the file URL is not below the directory that the start option names");
    return url;
  }
  if (url.scheme === "http") {
    if (!policy.allowHttpLoopback || !isLoopback(url.host)) throw denied("the scheme http is not allowed");
    return url;
  }
  if (policy.allowedHosts !== "any" && !policy.allowedHosts.includes(url.host))
    throw new GitFailed(
      "HostDenied",
      `repository host ${url.host} is not on the list of allowed Git hosts`,
      "add the host to EVENKEEL_GIT_HOSTS of the source-watcher",
    );
  return url;
};

/** True if `path` is `directory` or lies below it, by text alone. */
export const isBelow = (path: string, directory: string): boolean => {
  const root = directory.endsWith("/") ? directory : `${directory}/`;
  return path === directory || path.startsWith(root);
};
