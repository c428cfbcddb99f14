import type { IncomingMessage } from "node:http";

import { AskGitInstead } from "./ask-git-instead.ts";
import type { PinnedRemote } from "./call-config.ts";
import type { Connections } from "./connections.ts";
import { GitFailed } from "./git-failed.ts";
import { oneLine } from "./one-line.ts";
import { parseRemoteRefs } from "./parse-objects.ts";
import { DELIM_PACKET, FLUSH_PACKET, lineOf, packet, readPackets } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";

const MOST_LINES = 10_000;
// What a host may say of itself, and of the refs that were asked for, in bytes: a packet may have 65,516 of them.
const MOST_SAID = 256 * 1024;
const MOST_REF_BYTES = 8 * 1024 * 1024;
/** Of what a host says only what we use is kept. */
const OF_USE = /^(?:version 2|(?:ls-refs|fetch|object-format|agent)(?:=[^\n]{0,500})?)$/;
const MOST_REMEMBERED = 10_000;
const REMEMBER_MS = 3_600_000;
const REQUEST_TYPE = "application/x-git-upload-pack-request";
const RESULT_TYPE = "application/x-git-upload-pack-result";

/**
 * Git's protocol version 2 over a kept connection (gitprotocol-v2): a question costs one round trip and no process, where
 * `git ls-remote` starts four and shakes hands anew.
 */
export const askRefs = async (
  connections: Connections,
  remote: PinnedRemote,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> => {
  const body = await command(
    connections,
    remote,
    "ls-refs",
    refs.map((ref) => `ref-prefix ${ref}`),
    signal,
  );
  const lines: string[] = [];
  let bytes = 0;
  for await (const found of readPackets(await upload(connections, remote, body, signal))) {
    if (found.kind !== "data") continue;
    refuse(found);
    if ((bytes += found.data.length) > MOST_REF_BYTES) throw saysTooMuch(remote, "its refs", MOST_REF_BYTES);
    const [oid = "", name = ""] = lineOf(found.data).split(" ");
    if (lines.push(`${oid}\t${name}`) > MOST_LINES) throw new AskGitInstead("the host tells of too many refs");
  }
  const named = parseRemoteRefs(Buffer.from(lines.join("\n")));
  return new Map([...named].filter(([name]) => refs.includes(name)));
};

/** The pack that holds what `want` reaches and `haves` do not, as the host sends it; asked for at once. */
export const askPack = (
  connections: Connections,
  remote: PinnedRemote,
  want: string,
  haves: readonly string[],
  signal: AbortSignal,
): AsyncIterable<Buffer> => {
  const lines = ["thin-pack", "ofs-delta", "no-progress", `want ${want}`, ...haves.map((oid) => `have ${oid}`), "done"];
  const asked = command(connections, remote, "fetch", lines, signal).then((body) =>
    upload(connections, remote, body, signal),
  );
  asked.catch(() => {}); // whoever reads the pack is told
  return readPack(remote, asked);
};

const readPack = async function* (remote: PinnedRemote, asked: Promise<AsyncIterable<Buffer>>): AsyncGenerator<Buffer> {
  let section: string | undefined;
  for await (const found of readPackets(await asked)) {
    if (found.kind !== "data") {
      section = undefined;
      continue;
    }
    if (section === "packfile") {
      const band = found.data[0];
      if (band === 1) yield found.data.subarray(1);
      else if (band === 3) throw new AskGitInstead(`the host said ${oneLine(found.data.toString("utf8", 1), 200)}`);
      continue;
    }
    refuse(found);
    section ??= lineOf(found.data);
    // Only a repository that lacks history itself tells of a boundary nobody asked for.
    if (section === "shallow-info") throw shallow(remote);
  }
};

export const shallow = ({ url }: Pick<PinnedRemote, "url">): GitFailed =>
  new GitFailed(
    "ServerCapability",
    `repository ${url.href} is shallow`,
    "serve a complete repository: ancestry cannot be judged in a shallow one",
  );

const saysTooMuch = ({ url }: PinnedRemote, of: string, most: number): GitFailed =>
  new GitFailed(
    "LimitExceeded",
    `repository ${url.href}: the host says more than ${most} bytes of ${of}`,
    "serve it by a Git host that keeps to protocol version 2, with fewer refs",
  );

const refuse = ({ data }: Extract<Packet, { kind: "data" }>): void => {
  if (data.toString("latin1", 0, 4) === "ERR ") throw new AskGitInstead(oneLine(data.toString("utf8", 4), 200));
};

// A command carries back what the host said of itself, which it may use to refuse another object format.
const command = async (
  connections: Connections,
  remote: PinnedRemote,
  name: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<string> => {
  const said = await capabilities(connections, remote, signal);
  if (!said.some((line) => line === name || line.startsWith(`${name}=`))) throw new AskGitInstead(`no ${name}`);
  const format = said.find((line) => line.startsWith("object-format="));
  const echoed = said.some((line) => line.startsWith("agent=")) ? ["agent=git/evenkeel"] : [];
  const head = [`command=${name}`, ...echoed, ...(format === undefined ? [] : [format])];
  return [...head.map((line) => packet(`${line}\n`)), DELIM_PACKET, ...lines.map((line) => packet(`${line}\n`))]
    .concat(FLUSH_PACKET)
    .join("");
};

const capabilities = async (
  connections: Connections,
  remote: PinnedRemote,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { href } = remote.url;
  const known = connections.capabilities.get(href);
  if (known !== undefined && known.untilMs > performance.now()) return known.lines;
  const path = `${remote.url.path.replace(/\/$/, "")}/info/refs?service=git-upload-pack`;
  const response = await connections.send(remote, { path, headers: { accept: "*/*" }, signal });
  const lines: string[] = [];
  let bytes = 0;
  for await (const found of readPackets(body(response, "application/x-git-upload-pack-advertisement"))) {
    if (found.kind !== "data") continue;
    if ((bytes += found.data.length) > MOST_SAID) throw saysTooMuch(remote, "itself", MOST_SAID);
    const line = lineOf(found.data);
    if (OF_USE.test(line)) lines.push(line);
  }
  const version = lines.indexOf("version 2");
  if (version < 0) throw new AskGitInstead("the host speaks no version 2");
  const said = lines.slice(version + 1);
  if (connections.capabilities.size >= MOST_REMEMBERED) connections.capabilities.clear();
  connections.capabilities.set(href, { lines: said, untilMs: performance.now() + REMEMBER_MS });
  return said;
};

const upload = async (
  connections: Connections,
  remote: PinnedRemote,
  text: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> => {
  const path = `${remote.url.path.replace(/\/$/, "")}/git-upload-pack`;
  const headers = { "content-type": REQUEST_TYPE, accept: RESULT_TYPE };
  try {
    return body(await connections.send(remote, { path, headers, body: text, signal }), RESULT_TYPE);
  } catch (error) {
    connections.capabilities.delete(remote.url.href);
    throw error;
  }
};

const body = (response: IncomingMessage, type: string): AsyncIterable<Buffer> => {
  const { statusCode, headers } = response;
  if (statusCode === 200 && headers["content-type"] === type) return response as AsyncIterable<Buffer>;
  response.destroy();
  throw new AskGitInstead(`the host answered ${statusCode} and ${headers["content-type"] ?? "no type"}`);
};
