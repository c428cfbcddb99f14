// For tests only: real git behind a real Git server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

import { parseRepositoryUrl, realGit } from "@evenkeel/git";
import type { Credentials, GitStore, Remote, RemotePolicy, StoreLimits } from "@evenkeel/git";
import { makeAuthority, startGitServer, temporaryFolder } from "@evenkeel/testing";

import type { FileChange, FileChanges } from "./edit-tree.ts";
import type { ObjectType } from "./objects.ts";
import { MOMENT } from "./played-world.fixture.ts";
import type { PlayedRepository, PlayedWorld, TreeFile, Trouble } from "./played-world.fixture.ts";

const policy: RemotePolicy = {
  allowedHosts: "any",
  privateHosts: ["localhost"],
  allowHttpLoopback: true,
  allowFileBelow: "/",
};
const env = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };
const anyone: Credentials = { kind: "none" };
const signal = AbortSignal.timeout(600_000);
const NOTHING = "0".repeat(40);

const git = async (dir: string, args: readonly string[], input: Buffer = Buffer.alloc(0)): Promise<string> => {
  const child = spawn("git", ["--git-dir", dir, ...args], { env, stdio: "pipe" });
  const [said, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  child.stdin.on("error", () => {}); // a child that needs no input may end first
  child.stdin.end(input);
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw new Error(`git ${args.join(" ")} failed: ${Buffer.concat(errors).toString()}`);
  return Buffer.concat(said).toString().trim();
};

/** A path as fast-import reads it, byte for byte. */
const quoted = (latin1: string): string =>
  `"${Array.from(latin1, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`).join("")}"`;
const bytes = (path: string): string => Buffer.from(path).toString("latin1");

const fileLines = (path: string, change: FileChange): readonly (string | Buffer)[] => {
  const name = quoted(bytes(path));
  if (change === null) return [`D ${name}\n`];
  if (typeof change === "object" && "submodule" in change) return [`M 160000 ${change.submodule} ${name}\n`];
  const [mode, content] =
    typeof change === "string" || change instanceof Uint8Array
      ? ["100644", change]
      : "executable" in change
        ? ["100755", change.executable]
        : ["120000", change.link];
  return [`M ${mode} inline ${name}\n`, ...data(content), "\n"];
};

const data = (content: string | Uint8Array): readonly (string | Buffer)[] => {
  const body = Buffer.from(content as Uint8Array);
  return [`data ${body.length}\n`, body];
};

class RealRepository implements PlayedRepository {
  readonly remote: Remote;
  readonly #dir: string;
  readonly #lagging: Set<string>;
  #at = MOMENT;

  constructor(dir: string, remote: Remote, lagging: Set<string>) {
    this.#dir = dir;
    this.remote = remote;
    this.#lagging = lagging;
  }

  async commit(branch: string, files: FileChanges, at = (this.#at += 1)): Promise<string> {
    const tip = await this.#tip(`refs/heads/${branch}`);
    const changes = Object.entries(files).flatMap(([path, change]) => fileLines(path, change));
    return this.#commit(branch, tip === undefined ? [] : [tip], "Change", changes, at);
  }

  async move(branch: string, from: string, to: string): Promise<string> {
    const tip = await this.#tip(`refs/heads/${branch}`);
    const change = `R ${quoted(bytes(from))} ${quoted(bytes(to))}\n`;
    return this.#commit(branch, [tip ?? ""], "Change", [change], (this.#at += 1));
  }

  async merge(branch: string, other: string, files: readonly TreeFile[]): Promise<string> {
    const tips = await Promise.all([this.#tip(`refs/heads/${branch}`), this.#tip(`${other}^0`)]);
    const whole = files.map(({ mode, oid, path }) => `M ${mode} ${oid} ${quoted(path)}\n`);
    const parents = tips.filter((oid) => oid !== undefined);
    return this.#commit(branch, parents, "Change", ["deleteall\n", ...whole], (this.#at += 1));
  }

  async rewrite(branch: string, files: FileChanges, back = 1): Promise<string> {
    const tip = await this.#tip(`refs/heads/${branch}`);
    const before = await this.#tip(`refs/heads/${branch}~${back}`);
    const tree = await git(this.#dir, ["rev-parse", `${tip}^{tree}`]);
    const changes = Object.entries(files).flatMap(([path, change]) => fileLines(path, change));
    const all = ["deleteall\n", `M 040000 ${tree} ""\n`, ...changes];
    return this.#commit(branch, before === undefined ? [] : [before], "Rewrite", all, (this.#at += 1));
  }

  async point(ref: string, oid: string | undefined): Promise<void> {
    if (oid !== undefined) await git(this.#dir, ["update-ref", ref, oid]);
    else if ((await this.#tip(ref)) !== undefined) await git(this.#dir, ["update-ref", "-d", ref]);
  }

  async tag(name: string, target: string, message: string): Promise<string> {
    const who = `tagger Ana <ana@example.org> ${(this.#at += 1)} +0000\n`;
    await this.#import([`tag ${name}\n`, `from ${target}\n`, who, ...data(`${message}\n`)]);
    return (await this.#tip(`refs/tags/${name}`)) ?? "";
  }

  async setHead(branch: string): Promise<void> {
    await git(this.#dir, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  }

  write(type: ObjectType, body: string | Uint8Array): Promise<string> {
    return git(this.#dir, ["hash-object", "-w", "-t", type, "--literally", "--stdin"], Buffer.from(body as Uint8Array));
  }

  async lose(oid: string): Promise<void> {
    await rm(this.#looseFile(oid));
  }

  async damage(oid: string): Promise<void> {
    await chmod(this.#looseFile(oid), 0o600);
    await writeFile(this.#looseFile(oid), "junk");
  }

  async makeShallow(): Promise<void> {
    await writeFile(join(this.#dir, "shallow"), `${await this.#tip("HEAD")}\n`);
  }

  async lag(): Promise<AsyncDisposable> {
    const path = this.remote.url.path;
    const then = this.#dir.replace(/\.git$/, ".lagging.git");
    await rm(then, { recursive: true, force: true });
    await cp(this.#dir, then, { recursive: true });
    this.#lagging.add(path);
    return { [Symbol.asyncDispose]: async () => void this.#lagging.delete(path) };
  }

  async #commit(
    branch: string,
    parents: readonly string[],
    message: string,
    changes: readonly (string | Buffer)[],
    at: number,
  ): Promise<string> {
    const ref = `refs/heads/${branch}`;
    const who = ["author", "committer"].map((role) => `${role} Ana <ana@example.org> ${at} +0000\n`);
    const [first, ...others] = parents;
    // A branch of a new history has to be gone first.
    if (first === undefined) await this.point(ref, undefined);
    await this.#import([
      `commit ${ref}\n`,
      ...who,
      ...data(`${message}\n`),
      ...(first === undefined ? [] : [`from ${first}\n`]),
      ...others.map((oid) => `merge ${oid}\n`),
      ...changes,
    ]);
    return (await this.#tip(ref)) ?? NOTHING;
  }

  async #import(lines: readonly (string | Buffer)[]): Promise<void> {
    const input = Buffer.concat([...lines, "\ndone\n"].map((line) => Buffer.from(line as Uint8Array)));
    await git(this.#dir, ["fast-import", "--quiet", "--force", "--done"], input);
  }

  #tip(name: string): Promise<string | undefined> {
    return git(this.#dir, ["rev-parse", "--verify", "--quiet", name]).catch(() => undefined);
  }

  #looseFile(oid: string): string {
    return join(this.#dir, "objects", oid.slice(0, 2), oid.slice(2));
  }
}

const answersOf: Readonly<Partial<Record<Trouble, (response: ServerResponse) => void>>> = {
  cut: (response) => {
    response.writeHead(200, {
      "content-type": "application/x-git-upload-pack-advertisement",
      "content-length": "4000",
    });
    response.write("001e# service=git-upload-pack\n", () => response.destroy());
  },
  redirected: (response) => void response.writeHead(302, { location: "http://127.0.0.1:1/elsewhere.git" }).end(),
  silent: () => {},
};

export const realWorld = (): Promise<PlayedWorld> => openReal("http");
/** As files of this machine, fetched by a git process alone. */
export const realFiles = (): Promise<PlayedWorld> => openReal("file");

const openReal = async (scheme: "http" | "file"): Promise<PlayedWorld> => {
  await using stack = new AsyncDisposableStack();
  const { path: dir } = stack.use(await temporaryFolder({ inMemory: true }));
  const answers = new Map<string, (response: ServerResponse) => void>();
  const lagging = new Set<string>();
  const logins = new Map<string, string>();
  const intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = /^.*?\.git(?=\/)/.exec(request.url ?? "")?.[0] ?? "";
    const answer = answers.get(path);
    if (answer !== undefined) answer(response);
    else if (logins.has(path) && request.headers.authorization !== logins.get(path))
      response.writeHead(401, { "www-authenticate": 'Basic realm="test"' }).end();
    else if (lagging.has(path)) {
      request.url = request.url?.replace(/\.git(?=\/)/, ".lagging.git") ?? "";
      return false;
    } else return false;
    return true;
  };
  const server = stack.use(await startGitServer({ intercept }));
  const opened = stack.use(realGit());
  const owned = stack.move();
  let stores = 0;
  const open = async ({ name, limits }: { readonly name?: string; readonly limits?: Partial<StoreLimits> } = {}) =>
    owned.use(
      await opened.openStore(
        join(dir, name ?? `unnamed-${(stores += 1)}`),
        { policy, ...(limits && { limits }) },
        signal,
      ),
    );
  const remoteAt = (url: string, credentials: Credentials = anyone): Remote => ({
    url: parseRepositoryUrl(url, policy),
    credentials,
  });
  const closedPort = async (): Promise<number> => {
    const closing = createTcpServer().listen(0, "127.0.0.1");
    await once(closing, "listening");
    const { port } = closing.address() as AddressInfo;
    closing.close();
    return port;
  };
  return {
    create: async (name, login) => {
      const { path, url } = await server.create(name);
      const remote = remoteAt(scheme === "file" ? `file://${path}` : url, login);
      if (login?.kind === "basic")
        logins.set(remote.url.path, `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`);
      return new RealRepository(path, remote, lagging);
    },
    open,
    meeting: async (trouble, { remote: own }) => {
      const remote = scheme === "file" ? remoteAt(`${server.url}/${basename(own.url.path)}`) : own;
      const { href, path } = remote.url;
      if (trouble === "absent") return remoteAt(href.replace(/\.git$/, ".git.not"));
      if (trouble === "unreachable") return remoteAt(`http://127.0.0.1:${await closedPort()}${path}`);
      if (trouble === "refused") logins.set(path, "Basic somebody else's");
      if (trouble === "identity") {
        const { certPem, keyPem } = makeAuthority().serverCertificate();
        const front = createTlsServer({ cert: certPem, key: keyPem }, (socket) => {
          const inner = connect(remote.url.port, "127.0.0.1");
          socket.pipe(inner).pipe(socket);
          socket.on("error", () => inner.destroy());
          inner.on("error", () => socket.destroy());
        }).listen(0, "127.0.0.1");
        owned.defer(() => void front.close());
        await once(front, "listening");
        return remoteAt(`https://localhost:${(front.address() as AddressInfo).port}${path}`);
      }
      const answer = answersOf[trouble];
      if (answer !== undefined) answers.set(path, answer);
      return remote;
    },
    denied: () => remoteAt("https://10.0.0.7/shop.git"),
    loseStore: (name) => rm(join(dir, name), { recursive: true }),
    exhaust: async (): Promise<GitStore> => {
      const none = owned.use(realGit({ programs: { searchPath: dir, ssh: "/nonexistent" } }));
      const there = join(dir, "exhausted");
      owned.use(await opened.openStore(there, { policy }, signal));
      return owned.use(await none.openStore(there, { policy }, signal));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
