import { lookup } from "node:dns/promises";
import { realpath } from "node:fs/promises";
import { BlockList, isIP, isIPv6 } from "node:net";

import { GitFailed } from "./git-failed.ts";
import { isBelow } from "./repository-url.ts";
import type { RemotePolicy, RepositoryUrl } from "./repository-url.ts";

const inner = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  inner.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inner.addSubnet(net, bits, "ipv6");
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const within = (list: BlockList, address: string): boolean => list.check(address, isIPv6(address) ? "ipv6" : "ipv4");

/** True for a loopback, link-local, private, multicast or otherwise inner address (IPv4-mapped ones included). */
export const isInnerAddress = (address: string): boolean => within(inner, address);

/**
 * Resolves the URL's host and checks every address against the policy; the answer is what Git is pinned to, so that
 * DNS cannot change between check and use. Empty for `file`. Throws GitFailed HostDenied, UrlDenied or Unreachable.
 */
export const checkHost = async (url: RepositoryUrl, policy: RemotePolicy): Promise<readonly string[]> => {
  if (url.scheme === "file") {
    await checkFile(url, policy);
    return [];
  }
  const addresses = isIP(url.host) === 0 ? await resolve(url.host) : [url.host];
  checkAddresses(url, addresses, policy);
  return addresses;
};

/** Checks where a URL leads by the policy alone: addresses, or the path of a file. Throws GitFailed HostDenied or UrlDenied. */
export const checkAddresses = (url: RepositoryUrl, addresses: readonly string[], policy: RemotePolicy): void => {
  if (url.scheme === "file") {
    if (policy.allowFileBelow === undefined || !isBelow(url.path, policy.allowFileBelow)) throw outside();
    return;
  }
  const allowed = url.scheme === "http" ? (address: string) => within(loopback, address) : outer(url.host, policy);
  const bad = addresses.find((address) => !allowed(address));
  if (bad === undefined) return;
  throw new GitFailed(
    "HostDenied",
    `repository host ${url.host} resolves to ${bad}, which is not a public address`,
    "if this host is meant, add it to EVENKEEL_GIT_PRIVATE_HOSTS of the source-watcher",
  );
};

const outer = (host: string, policy: RemotePolicy) => (address: string) =>
  policy.privateHosts.includes(host) || !isInnerAddress(address);

const resolve = async (host: string): Promise<readonly string[]> => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new GitFailed(
      "Unreachable",
      `repository host ${host} does not resolve`,
      "check the host's name and the DNS",
      cause,
    );
  }
};

// A symlink below the allowed directory must not lead out of it.
const checkFile = async (url: RepositoryUrl, policy: RemotePolicy): Promise<void> => {
  if (policy.allowFileBelow === undefined) throw outside();
  let real: string;
  try {
    real = await realpath(url.path);
  } catch (cause) {
    throw new GitFailed("Unreachable", "the file repository does not exist", "check the path", cause);
  }
  if (!isBelow(real, await realpath(policy.allowFileBelow))) throw outside();
};

const outside = (): GitFailed =>
  new GitFailed("UrlDenied", "the file URL leads out of the allowed directory", "name a repository below it");
