import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

import type { ControlPlane } from "@evenkeel/testing";

/** Milliseconds on the system-wide monotonic clock: comparable between processes of one machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

type Message =
  | { readonly kind: "started" }
  | { readonly kind: "lost"; readonly path: string }
  | { readonly kind: "live"; readonly revision: string; readonly times: Readonly<Record<string, number>> }
  | { readonly kind: "replicas"; readonly app: string; readonly replicas: number; readonly at: number };

/** The observer's process, as the bench asks it. */
export interface Observer extends AsyncDisposable {
  /** Resolves to the time each app became live: all four objects carry the revision's value. */
  live(revision: string, apps: readonly string[], timeoutMs: number): Promise<ReadonlyMap<string, number>>;
  /** Resolves to the time at which the Deployment's replicas were seen to be so. */
  replicas(app: string, replicas: number, after: number, timeoutMs: number): Promise<number>;
}

export const startObserver = async (cluster: ControlPlane): Promise<Observer> => {
  const child: ChildProcess = fork(join(import.meta.dirname, "observer-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const listeners = new Set<(message: Message) => void>();
  child.on("message", (message) => {
    for (const listen of listeners) listen(message as Message);
  });
  const next = <T>(what: string, pick: (message: Message) => T | undefined, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        listeners.delete(listen);
      };
      const listen = (message: Message): void => {
        if (message.kind === "lost") {
          end();
          reject(new Error(`the observer lost its watch on ${message.path}`));
          return;
        }
        const picked = pick(message);
        if (picked === undefined) return;
        end();
        resolve(picked);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`${what}: not seen within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      listeners.add(listen);
    });
  const started = next("the observer", (m) => (m.kind === "started" ? true : undefined), 10_000);
  child.send({ kind: "start", server: cluster.server, ca: cluster.caPem, token: cluster.token });
  await started;
  return {
    live: (revision, apps, timeoutMs) => {
      const live = next(
        `${apps.length} apps at ${revision}`,
        (m) => (m.kind === "live" && m.revision === revision ? new Map(Object.entries(m.times)) : undefined),
        timeoutMs,
      );
      child.send({ kind: "expect", revision, apps });
      return live;
    },
    replicas: (app, replicas, after, timeoutMs) =>
      next(
        `${app} at ${replicas} replicas`,
        (m) => (m.kind === "replicas" && m.app === app && m.replicas === replicas && m.at >= after ? m.at : undefined),
        timeoutMs,
      ),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
};
