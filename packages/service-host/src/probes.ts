import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What a check says: nothing when all is well, else what is missing. */
export type Check = () => string | undefined;

/** Answers of the process to its orchestrator. */
export interface Probes {
  /** Adds a condition of readiness, such as `bus` or `caches`. */
  check(name: string, check: Check): void;
  /** Says beside readiness what is not as it should be, though the process does its work: always shown. */
  remark(name: string, text: string): void;
  /** From now on not ready: the process is ending. */
  drain(): void;
  /** Status and text of one probe. */
  answer(path: string, verbose: boolean): { readonly status: number; readonly text: string };
}

/** `/livez`: the event loop turns. `/readyz`: every check passes. `/startupz`: that was so once. */
export const createProbes = (): Probes => {
  const checks = new Map<string, Check>();
  const remarks = new Map<string, string>();
  let draining = false;
  let started = false;
  const faults = (): readonly (readonly [string, string | undefined])[] => [
    ...Array.from(checks, ([name, check]) => [name, check()] as const),
    ...(draining ? [["draining", "the process is ending"] as const] : []),
  ];
  return {
    check: (name, check) => void checks.set(name, check),
    remark: (name, text) => void remarks.set(name, text),
    drain: () => {
      draining = true;
    },
    answer(path, verbose) {
      const results = path === "/livez" ? [] : faults();
      const ready = results.every(([, fault]) => fault === undefined);
      started ||= path !== "/livez" && ready;
      const good = { "/livez": true, "/readyz": ready, "/startupz": started }[path];
      if (good === undefined) return { status: 404, text: "not found\n" };
      const lines = results.map(([name, fault]) => (fault === undefined ? `[+] ${name}\n` : `[-] ${name}: ${fault}\n`));
      const said = path === "/livez" ? [] : Array.from(remarks, ([name, text]) => `[!] ${name}: ${text}\n`);
      const last = good ? "ok\n" : "not ok\n";
      const shown = [...(verbose || !good ? lines : []), ...said].join("");
      return { status: good ? 200 : 503, text: shown + last };
    },
  };
};

/** Serves the probes until disposed. */
export const serveProbes = async (probes: Probes, address: { host: string; port: number }) => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://probe");
    const { status, text } = probes.answer(url.pathname, url.searchParams.has("verbose"));
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(text);
  });
  server.listen(address.port, address.host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
