import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";

const FIRST = 10_000;
const TRIES = 100;

/** The lowest port that the system gives to outgoing connections by itself. */
const lowestOutgoing = async (): Promise<number> => {
  const range = await readFile("/proc/sys/net/ipv4/ip_local_port_range", "utf8").catch(() => "");
  return Number.parseInt(range, 10) || 32_768;
};

/** The port that was listened on for a moment; undefined: it is taken. */
const tryPort = async (wanted: number): Promise<number | undefined> => {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(wanted, "127.0.0.1");
  try {
    await listening;
  } catch {
    return undefined;
  }
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
};

/**
 * A port of 127.0.0.1 that was free a moment ago; who starts a server on it must be ready to take another. It is none that an
 * outgoing connection is given: one that has it keeps it from a server that starts again.
 */
export const freePort = async (): Promise<number> => {
  const above = await lowestOutgoing();
  for (let tries = 0; tries < TRIES && above - FIRST >= TRIES; tries += 1) {
    const port = await tryPort(FIRST + Math.floor(Math.random() * (above - FIRST)));
    if (port !== undefined) return port;
  }
  return (await tryPort(0)) ?? freePort();
};
