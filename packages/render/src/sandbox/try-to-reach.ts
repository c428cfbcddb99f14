// What a program that a tenant has taken over would try: run where programs run, to prove that it fails.
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { NetConnectOpts } from "node:net";

import type { ReachTargets } from "./run-request.ts";

/** The targets that can be reached from this process, in words. */
export const tryToReach = async ({ tcp, udp, abstract, file }: ReachTargets): Promise<readonly string[]> => {
  const tries = await Promise.all([
    connects("an address of this machine", { host: "127.0.0.1", port: tcp }),
    sends("an address of this machine without a connection", udp),
    connects("a socket by its name", { path: abstract }),
    file === undefined ? undefined : connects("a socket by its file", { path: file }),
  ]);
  return tries.filter((name) => name !== undefined);
};

const connects = (name: string, to: NetConnectOpts): Promise<string | undefined> =>
  new Promise((resolve) => {
    try {
      const socket = connect(to);
      socket.once("connect", () => {
        socket.destroy();
        resolve(name);
      });
      socket.once("error", () => resolve(undefined));
    } catch {
      resolve(undefined);
    }
  });

const sends = (name: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    try {
      const socket = createSocket("udp4");
      const end = (reached: string | undefined): void => {
        socket.close();
        resolve(reached);
      };
      socket.once("error", () => end(undefined));
      socket.send("x", port, "127.0.0.1", (error) => end(error === null ? name : undefined));
    } catch {
      resolve(undefined);
    }
  });
