import type { ChildProcessWithoutNullStreams } from "node:child_process";

import { GitFailed } from "./git-failed.ts";
import type { RawObject } from "./parse-objects.ts";
import { killGroup } from "./run-git.ts";

interface Waiting {
  readonly oid: string;
  readonly resolve: (object: RawObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the long-lived `cat-file --batch`; `end` is called once, when it has been killed or has died. */
export type StartBatch = () => Promise<{
  readonly child: ChildProcessWithoutNullStreams;
  readonly end: () => PromiseLike<void>;
}>;

/**
 * Reads objects through one long-lived `cat-file --batch`, in order, many in flight. The process starts with the first
 * read, ends after `idleMs` without one, and starts again after it died. A missing object is undefined.
 */
export class ObjectReader implements AsyncDisposable {
  readonly #start: StartBatch;
  readonly #largest: number;
  readonly #idleMs: number;
  #batch: Promise<Batch> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #inFlight = 0;

  constructor(start: StartBatch, largest: number, idleMs: number) {
    this.#start = start;
    this.#largest = largest;
    this.#idleMs = idleMs;
  }

  /** Reads one object by its full id; throws GitFailed when the process dies under it, or the signal's reason. */
  async read(oid: string, signal: AbortSignal): Promise<RawObject | undefined> {
    signal.throwIfAborted();
    clearTimeout(this.#idle);
    this.#inFlight += 1;
    try {
      const batch = this.#batch;
      if (batch !== undefined) {
        try {
          return await (await batch).read(oid);
        } catch (error) {
          if (!(error instanceof GitFailed)) throw error; // it died since its last answer: one fresh start
        }
      }
      return await (await (this.#batch ??= this.#open())).read(oid);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle = setTimeout(() => void this.#close(), this.#idleMs).unref();
    }
  }

  async #open(): Promise<Batch> {
    try {
      const { child, end } = await this.#start();
      child.once("close", () => (this.#batch = undefined));
      return new Batch(child, end, this.#largest);
    } catch (error) {
      this.#batch = undefined;
      throw error;
    }
  }

  async #close(): Promise<void> {
    const batch = await this.#batch?.catch(() => undefined);
    this.#batch = undefined;
    await batch?.close();
  }

  /** Ends the process; the next read starts another one. */
  restart(): Promise<void> {
    return this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    await this.#close();
  }
}

class Batch {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #largest: number;
  readonly #waiting: Waiting[] = [];
  readonly #closed: Promise<void>;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #object: { readonly type: string; readonly size: number } | undefined;
  #discard = 0;

  constructor(child: ChildProcessWithoutNullStreams, end: () => PromiseLike<void>, largest: number) {
    this.#child = child;
    this.#largest = largest;
    child.stderr.resume();
    child.stdin.on("error", () => {}); // the close event tells the readers
    child.stdout.on("data", (chunk: Buffer) => this.#take(chunk));
    child.on("error", () => killGroup(child));
    this.#closed = new Promise((resolve) =>
      child.once("close", () => {
        this.#fail();
        void end().then(resolve);
      }),
    );
  }

  read(oid: string): Promise<RawObject | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ oid, resolve, reject });
      if (this.#child.exitCode !== null || !this.#child.stdin.writable) this.#fail();
      else this.#child.stdin.write(`${oid}\n`);
    });
  }

  async close(): Promise<void> {
    killGroup(this.#child);
    await this.#closed;
  }

  #fail(): void {
    for (const { oid, reject } of this.#waiting.splice(0))
      reject(new GitFailed("ResourceExhausted", `reading object ${oid} failed: git ended`, "it is tried again"));
  }

  // The answer to each id is `<oid> <type> <size>\n<body>\n`, or `<id> missing\n`.
  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    for (;;) {
      if (this.#discard > 0) {
        const all = this.#joined();
        const gone = Math.min(all.length, this.#discard);
        this.#discard -= gone;
        this.#keep(all.subarray(gone));
        if (this.#discard > 0) return;
      } else if (this.#object === undefined) {
        if (!this.#chunks.some((part) => part.includes(0x0a))) return;
        const all = this.#joined();
        const end = all.indexOf(0x0a);
        this.#keep(all.subarray(end + 1));
        this.#header(all.toString("latin1", 0, end));
      } else if (this.#buffered <= this.#object.size) return;
      else this.#body(this.#object);
    }
  }

  #header(line: string): void {
    const [, type, text] = line.split(" ");
    if (text === undefined || type === undefined) {
      this.#waiting.shift()?.resolve(undefined);
      return;
    }
    const size = Number(text);
    if (size <= this.#largest) {
      this.#object = { type, size };
      return;
    }
    const waiting = this.#waiting.shift();
    waiting?.resolve({ oid: waiting.oid, type, size, body: undefined });
    this.#discard = size + 1;
  }

  #body({ type, size }: { readonly type: string; readonly size: number }): void {
    const all = this.#joined();
    const waiting = this.#waiting.shift();
    this.#object = undefined;
    this.#keep(all.subarray(size + 1));
    waiting?.resolve({ oid: waiting.oid, type, size, body: all.subarray(0, size) });
  }

  #joined(): Buffer {
    return this.#chunks.length === 1 && this.#chunks[0] !== undefined ? this.#chunks[0] : Buffer.concat(this.#chunks);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
  }
}
