import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { requireProgram } from "@evenkeel/programs";

import { type ServerConfig, serverConfig } from "./server-config.ts";
import { stopStaleServer } from "./stale-server.ts";

export interface NatsServer extends AsyncDisposable {
  /** `nats://127.0.0.1:PORT` */
  readonly url: string;
  /** `http://127.0.0.1:PORT`, the monitoring endpoint. */
  readonly monitorUrl: string;
  readonly pid: number;
  readonly version: string;
  /** How the server ended, in words, once it has: by us or by itself. */
  readonly ended: Promise<string>;
  /** Ends the server without a goodbye (SIGKILL) and returns when it is gone. */
  readonly kill: () => Promise<void>;
}

/** A nats-server that could not be started, with its last words. */
export class NatsServerFailed extends Error {
  override readonly name = "NatsServerFailed";
}

const START_TIMEOUT_MS = 60_000; // a large store is read before the server listens

/**
 * Starts a real nats-server as a child and returns once it takes connections; disposing stops it.
 * `folder` keeps configuration (0600), pid, log and by default the store; a server left there by a killed parent is stopped first.
 */
export const startNatsServer = async (config: ServerConfig, signal?: AbortSignal): Promise<NatsServer> => {
  const binary = await requireProgram("nats-server");
  const configFile = configFileIn(config.folder);
  const logFile = join(config.folder, "nats-server.log");
  await mkdir(config.folder, { recursive: true, mode: 0o700 });
  await stopLeftServer(config.folder);
  await writeFile(configFile, serverConfig(config), { mode: 0o600 });
  await chmod(configFile, 0o600); // `mode` above is for a new file only
  const { child, ended } = await launch(binary, configFile, logFile);
  const end = async (how: NodeJS.Signals): Promise<void> => {
    const insist = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.kill(how);
    await ended;
    clearTimeout(insist);
  };
  try {
    const portsFile = join(config.folder, `nats-server_${child.pid}.ports`);
    const { url, monitorUrl } = await readPorts(child, portsFile, logFile, signal);
    const { version } = (await (await fetch(`${monitorUrl}/varz`)).json()) as { readonly version: string };
    return {
      url,
      monitorUrl,
      pid: child.pid ?? -1,
      version,
      ended,
      kill: async () => {
        await end("SIGKILL");
        await rm(portsFile, { force: true });
      },
      [Symbol.asyncDispose]: () => end("SIGTERM"),
    };
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
};

const configFileIn = (folder: string): string => join(folder, "nats-server.conf");

/** Stops the server that a killed parent left behind in this folder, if there is one. */
export const stopLeftServer = async (folder: string): Promise<void> => {
  await stopStaleServer(join(folder, "nats-server.pid"), configFileIn(folder));
};

const SETPRIV = "/usr/bin/setpriv";

interface Launched {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
}

/**
 * On Linux the kernel ends the server with the thread that started it, also when our process is killed. A group of its own
 * keeps it from the signals of a terminal: Ctrl-C is for us, and we end the server after those who use it.
 */
const launch = async (binary: string, configFile: string, logFile: string): Promise<Launched> => {
  const direct = [binary, "-c", configFile] as const;
  const tied = [SETPRIV, "--pdeathsig", "TERM", ...direct] as const;
  const [command, ...args] = existsSync(SETPRIV) ? tied : direct;
  await using log = await open(logFile, "w", 0o600);
  const child = spawn(command, args, { stdio: ["ignore", log.fd, log.fd], detached: true });
  child.on("error", () => {}); // told by readPorts: no pid, and the exit
  // Heard from the first moment: a server that refuses its configuration is gone before anything else is awaited.
  const ended = new Promise<string>((resolve) =>
    child.once("close", (code, killedBy) => resolve(killedBy === null ? `exit code ${code}` : `killed by ${killedBy}`)),
  );
  return { child, ended };
};

const readPorts = async (child: ChildProcess, portsFile: string, logFile: string, signal?: AbortSignal) => {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const ports = parsePorts(await readFile(portsFile, "utf8").catch(() => ""));
    if (ports !== undefined) return ports;
    signal?.throwIfAborted();
    const ended = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > deadline) {
      const words = (await readFile(logFile, "utf8").catch(() => "")).trim().split("\n").slice(-5).join("\n");
      throw new NatsServerFailed(`nats-server ${ended ? "ended at its start" : "is not ready in time"}: ${words}`);
    }
    await delay(5);
  }
};

/** Undefined while the server has not finished writing the file. */
const parsePorts = (text: string): { readonly url: string; readonly monitorUrl: string } | undefined => {
  try {
    const { nats, monitoring } = JSON.parse(text) as { readonly nats: string[]; readonly monitoring: string[] };
    return nats[0] && monitoring[0] ? { url: nats[0], monitorUrl: monitoring[0] } : undefined;
  } catch {
    return undefined;
  }
};
