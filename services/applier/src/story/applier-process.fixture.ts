// For tests only: the applier as a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What a process is started with. */
export interface ProcessOptions {
  readonly folder: string;
  readonly natsUrl: string;
  readonly seed: string;
  readonly trust: unknown;
  readonly recordKey: string;
  readonly installation: string;
  readonly instance: string;
  readonly kubeconfigPath: string;
  readonly ledgerExport?: string | undefined;
  /** More options of Node, such as --cpu-prof. */
  readonly nodeArgs?: readonly string[];
}

export interface ApplierProcess {
  readonly pid: number;
  /** Ends it by a signal; resolves when it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Lines of its log so far. */
  readonly log: readonly string[];
}

/** Starts `main.ts` with its environment; resolves once it is started (not: holds partitions). */
export const spawnApplier = async (options: ProcessOptions): Promise<ApplierProcess> => {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const env = {
    // oxlint-disable-next-line node/no-process-env -- what a child needs to find its programs
    PATH: process.env["PATH"] ?? "",
    EVENKEEL_BUS_SERVERS: options.natsUrl,
    EVENKEEL_BUS_SEED_FILE: await file("seed.nk", options.seed),
    EVENKEEL_BUS_TRUST_FILE: await file("trust.json", JSON.stringify(options.trust)),
    EVENKEEL_RECORD_KEY_FILE: await file("record.key", options.recordKey),
    EVENKEEL_INSTALLATION: options.installation,
    EVENKEEL_INSTANCE: options.instance,
    EVENKEEL_DATA_DIR: folder,
    EVENKEEL_KUBECONFIG: options.kubeconfigPath,
    ...(options.ledgerExport === undefined ? {} : { EVENKEEL_LEDGER_EXPORT_DIR: options.ledgerExport }),
  };
  const main = join(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), main], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  const started = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      log.push(line);
      if (line.includes('"msg":"started"')) started.resolve();
    });
  }
  const exited = once(child, "close");
  void exited.then(() => started.reject(new Error(`the applier ended: ${log.slice(-5).join("\n")}`)));
  started.promise.catch(() => {});
  await started.promise;
  return {
    pid: child.pid ?? -1,
    log,
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
};
