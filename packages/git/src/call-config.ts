import { authorizationHeader } from "./credentials.ts";
import type { Credentials } from "./credentials.ts";
import type { RemotePolicy, RepositoryUrl } from "./repository-url.ts";

/** A remote with its address already checked. */
export interface PinnedRemote {
  readonly url: RepositoryUrl;
  readonly addresses: readonly string[];
  readonly credentials: Credentials;
  /** PEM of a private certificate authority. */
  readonly ca?: string;
}

type Setting = readonly [key: string, value: string];

const protocols = (policy: RemotePolicy): readonly string[] => [
  "https",
  "ssh",
  ...(policy.allowHttpLoopback ? ["http"] : []),
  ...(policy.allowFileBelow === undefined ? [] : ["file"]),
];

// Everything that could start a program, write beside the pack, or follow a remote's advice is off.
const fixed = (call: string): readonly Setting[] => [
  ["core.hooksPath", `${call}/empty`],
  ["core.packedGitWindowSize", "32m"],
  ["core.packedGitLimit", "256m"],
  ["core.fsmonitor", "false"],
  ["core.fsync", "none"], // a store is a cache: what a power cut damages is fetched again
  ["core.symlinks", "false"],
  ["core.askPass", ""],
  ["core.attributesFile", `${call}/none`],
  ["core.pager", "cat"],
  ["credential.helper", ""],
  ["submodule.recurse", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["fetch.unpackLimit", "1"],
  ["fetch.writeCommitGraph", "false"],
  ["transfer.fsckObjects", "true"],
  ["transfer.bundleURI", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["http.followRedirects", "false"],
  ["http.sslVerify", "true"],
  ["http.proxy", ""],
  ["http.lowSpeedLimit", "1024"],
  ["http.lowSpeedTime", "20"],
  ["protocol.version", "2"],
  ["protocol.allow", "never"],
  ["safe.bareRepository", "explicit"],
  ["gpg.ssh.allowedSignersFile", `${call}/allowed_signers`],
];

const ofRemote = (call: string, remote: PinnedRemote): readonly Setting[] => {
  const { url, addresses, ca, credentials } = remote;
  const settings: Setting[] = [];
  if (url.origin === "") return settings;
  if (addresses.length > 0) {
    const pinned = addresses.map((address) => (address.includes(":") ? `[${address}]` : address)).join(",");
    settings.push(["http.curloptResolve", `${url.host}:${url.port}:${pinned}`]);
  }
  if (ca !== undefined) settings.push([`http.${url.origin}.sslCAInfo`, `${call}/ca.pem`]);
  const header = authorizationHeader(credentials);
  if (header !== undefined) settings.push([`http.${url.origin}.extraHeader`, header]);
  return settings;
};

/** The text of the one configuration file that a call reads. Git's own quoting: nothing in a value can end its line. */
export const callConfig = (call: string, policy: RemotePolicy, remote?: PinnedRemote): string =>
  [
    ...fixed(call),
    ...protocols(policy).map((name): Setting => [`protocol.${name}.allow`, "always"]),
    ...(remote === undefined ? [] : ofRemote(call, remote)),
  ]
    .map(formatSetting)
    .join("");

const formatSetting = ([key, value]: Setting): string => {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  const section = key.slice(0, first);
  const subsection = first === last ? "" : ` "${quote(key.slice(first + 1, last))}"`;
  return `[${section}${subsection}]\n\t${key.slice(last + 1)} = "${quote(value)}"\n`;
};

const quote = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");

/** The whole environment of a call: nothing of this process's own environment is in it. */
export const callEnvironment = (
  call: string,
  store: string,
  policy: RemotePolicy,
  programs: { readonly searchPath: string; readonly ssh: string },
): Readonly<Record<string, string>> => ({
  PATH: programs.searchPath,
  HOME: `${call}/empty`,
  GNUPGHOME: `${call}/gnupg`,
  LC_ALL: "C",
  TZ: "UTC",
  GIT_DIR: store,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: `${call}/gitconfig`,
  GIT_ATTR_NOSYSTEM: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_LFS_SKIP_SMUDGE: "1",
  GIT_ALLOW_PROTOCOL: protocols(policy).join(":"),
  GIT_SSH: programs.ssh,
  GIT_SSH_VARIANT: "ssh",
  EVENKEEL_SSH_KEY: `${call}/key`,
  EVENKEEL_KNOWN_HOSTS: `${call}/known_hosts`,
  EVENKEEL_SSH_CONFIG: `${call}/ssh_config`,
});

/** The ssh client's configuration, for an image whose own /etc/ssh/ssh_config does not already say this. */
export const sshClientConfig = `BatchMode yes
StrictHostKeyChecking yes
IdentitiesOnly yes
ClearAllForwardings yes
PermitLocalCommand no
UpdateHostKeys no
CanonicalizeHostname no
ForwardAgent no
ControlMaster no
ProxyCommand none
ProxyJump none
IdentityAgent none
GlobalKnownHostsFile none
ConnectTimeout 10
IdentityFile \${EVENKEEL_SSH_KEY}
UserKnownHostsFile \${EVENKEEL_KNOWN_HOSTS}
`;
