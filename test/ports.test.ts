import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

// All that services reach goes through ports that they are given: only so can a simulation give its own, and repeat a run
// from its seed. What reaches the world itself is an adapter and stands in the table below with its reason.

const root = dirname(import.meta.dirname);

/** The rooms that keep to it; a package that does is added as a row. */
const rooms = [
  "packages/apply",
  "packages/artifacts",
  "packages/async",
  "packages/bus",
  "packages/contracts",
  "packages/declarations",
  "packages/drift",
  "packages/embedded-cluster",
  "packages/health",
  "packages/kube",
  "packages/ledger",
  "packages/machine",
  "packages/render",
  "packages/resource",
  "packages/service-host",
  "packages/telemetry",
  "packages/words",
  "services/*",
];

/** What reaches the world, by what of it. */
const reaching = {
  time: /\bDate\.now\b|\bDate\(\)|\bperformance\.(?:now|timeOrigin)\b|\bset(?:Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|"node:(?:timers|perf_hooks)|\bhrtime\b|\bnew (?:Message|Broadcast)Channel\b/,
  chance: /\bMath\.random\b|\brandom(?:Bytes|Int|UUID|Fill|FillSync)\b|\bgetRandomValues\b/,
  net: /\bfetch\(|\bnew WebSocket\b|^import (?!type\b)[^;]*"node:(?:net|http|https|http2|tls|dns|dgram)/m,
  disk: /^import (?!type\b)[^;]*"node:fs/m,
  processes: /^import (?!type\b)[^;]*"node:(?:child_process|worker_threads|cluster)"/m,
  machine: /^import (?!type\b)[^;]*"node:os"|\bprocess\.(?:pid|uptime|memoryUsage|resourceUsage|cpuUsage)\b/m,
  // Ends when a thread of the pool does, whatever the simulated time is.
  threads:
    /\bsubtle\.|\bpromisify\((?:g(?:un)?zip|scrypt|pbkdf2|hkdf)\b|\b(?:gzip|gunzip|deflate|inflate|deflateRaw|inflateRaw|unzip|brotliCompress|brotliDecompress|scrypt|pbkdf2|hkdf|generateKeyPair)\(|\bcreate(?:Gzip|Gunzip|Deflate|Inflate|Brotli)/,
} as const;
type Reach = keyof typeof reaching;

interface Adapter {
  /** A path from the root, or a pattern of one. */
  readonly files: string;
  readonly reaches: readonly Reach[];
  readonly why: string;
}

const adapters: readonly Adapter[] = [
  { files: "packages/async/src/pause.ts", reaches: ["time"], why: "the sleep of the machine's clock" },
  { files: "packages/machine/src/clock.ts", reaches: ["time"], why: "the machine's clock" },
  { files: "packages/machine/src/since-boot.ts", reaches: ["time", "machine"], why: "the machine's clock" },
  { files: "packages/machine/src/rng.ts", reaches: ["chance"], why: "the machine's chance" },
  { files: "packages/machine/src/disk.ts", reaches: ["disk"], why: "the machine's disk" },
  { files: "packages/bus/src/bench-*.ts", reaches: ["time", "machine"], why: "measures this very machine" },
  { files: "packages/bus/src/topology/config.ts", reaches: ["disk"], why: "the settings of a process" },
  {
    files: "packages/bus/src/topology/ask-monitor.ts",
    reaches: ["net"],
    why: "the migration job's monitoring address",
  },
  { files: "packages/bus/src/wire/coalesce-writes.ts", reaches: ["time"], why: "is for a socket alone" },
  { files: "packages/kube/src/late-abort.ts", reaches: ["time"], why: "is for HTTP/2 streams alone" },
  { files: "packages/kube/src/line-stream.ts", reaches: ["time"], why: "the silence of a socket" },
  { files: "packages/kube/src/read-body.ts", reaches: ["threads"], why: "unpacks what came over a socket" },
  { files: "packages/kube/src/session-set.ts", reaches: ["time"], why: "probes connections" },
  { files: "packages/kube/src/http-session.ts", reaches: ["net"], why: "opens connections" },
  {
    files: "packages/kube/src/resolve-credentials.ts",
    reaches: ["time", "disk"],
    why: "files of credentials, which age on this machine",
  },
  {
    files: "packages/kube/src/{kubeconfig,in-cluster,resolve-connection}.ts",
    reaches: ["disk"],
    why: "files that say where clusters are",
  },
  {
    files: "packages/embedded-cluster/src/schema/builtin-table.ts",
    reaches: ["disk"],
    why: "reads its own table once",
  },
  { files: "packages/embedded-cluster/src/store/journal.ts", reaches: ["disk"], why: "keeps a demo's clusters" },
  {
    files: "packages/embedded-cluster/src/front/{serve-on,listen-tls,serve-request,write-answer,kept-identity}.ts",
    reaches: ["time", "chance", "net", "disk", "threads"],
    why: "serves over sockets",
  },
  {
    files: "packages/embedded-cluster/src/controllers/work-queue.ts",
    reaches: ["time"],
    why: "a turn of the event loop, unless given",
  },
  { files: "packages/telemetry/src/metrics-server.ts", reaches: ["net"], why: "is asked from outside for metrics" },
  { files: "packages/render/src/bench-*.ts", reaches: ["machine"], why: "measures this very machine" },
  { files: "packages/render/src/give-way.ts", reaches: ["time"], why: "a turn of the event loop, simulated with it" },
  { files: "packages/render/src/open-render-host.ts", reaches: ["machine"], why: "opens the host with programs" },
  { files: "packages/render/src/tools.ts", reaches: ["disk"], why: "knows programs by their binaries" },
  { files: "packages/render/src/parse/parser-pool.ts", reaches: ["time", "processes"], why: "reads large files aside" },
  { files: "packages/render/src/parse/parse-worker.ts", reaches: ["processes"], why: "is such a thread" },
  {
    files: "packages/render/src/sandbox/*.ts",
    reaches: ["time", "net", "disk", "processes", "machine"],
    why: "runs programs, which are not simulated",
  },
  { files: "packages/render/src/helm/*.ts", reaches: ["threads"], why: "reads charts, which are not simulated" },
  { files: "packages/service-host/src/*.ts", reaches: ["disk"], why: "files of a process, as it starts" },
  { files: "packages/service-host/src/probes.ts", reaches: ["net"], why: "is asked from outside whether it lives" },
  { files: "packages/service-host/src/instance-id.ts", reaches: ["chance"], why: "names a process for good" },
  { files: "packages/service-host/src/run-process.ts", reaches: ["time", "machine"], why: "is a process, and ends it" },
  { files: "packages/service-host/src/end-signals.ts", reaches: ["time", "machine"], why: "ends a process" },
  {
    files: "services/applier/src/ledger/export/exporter.ts",
    reaches: ["time", "processes"],
    why: "its folder may hang",
  },
  { files: "services/applier/src/ledger/export/export-process.ts", reaches: ["disk"], why: "is that process" },
  { files: "services/renderer/src/config.ts", reaches: ["machine"], why: "the settings of a process" },
  { files: "services/source-watcher/src/poll/listen-http.ts", reaches: ["net"], why: "hears hooks" },
  { files: "services/status-api/src/serve/serve-grpc.ts", reaches: ["disk"], why: "serves, with files for its TLS" },
];

const isTest = (file: string): boolean => /\.(?:test|fixture)\.ts$|\/(?:testing|testdata)\//.test(file);
const codeOf = (file: string): string =>
  readFileSync(join(root, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, "");
const reachesIn = (code: string): readonly Reach[] =>
  (Object.keys(reaching) as Reach[]).filter((what) => reaching[what].test(code));
const reachesOf = (file: string): readonly Reach[] => reachesIn(codeOf(file));
const filesIn = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root }).filter((file) => !isTest(file) && !file.includes("node_modules"));

const granted = new Map<string, Set<Reach>>();
for (const { files, reaches } of adapters)
  for (const file of filesIn(files)) granted.set(file, new Set([...(granted.get(file) ?? []), ...reaches]));

describe.each(rooms)("%s", (room) => {
  it("reaches the world through its ports and its adapters alone", () => {
    const wrong = filesIn(`${room}/src/**/*.ts`).flatMap((file) =>
      reachesOf(file)
        .filter((what) => granted.get(file)?.has(what) !== true)
        .map(
          (what) => `${file} reaches ${what}: take a port for it, or give test/ports.test.ts a row that says why not`,
        ),
    );
    expect(wrong).toEqual([]);
  });
});

describe("adapters", () => {
  it.each(adapters)("$files is one: $why", ({ files, reaches }) => {
    const found = new Set(filesIn(files).flatMap(reachesOf));
    expect(
      reaches.filter((what) => !found.has(what)),
      "it reaches that no more: take it out of the row",
    ).toEqual([]);
  });
});

describe("what is looked for is seen", () => {
  it.each<[string, readonly Reach[]]>([
    ["const at = new Date();", ["time"]],
    ["const at = Date();", ["time"]],
    ["const at = new Date(0);", []],
    ["const name = `run-${process.pid}`;", ["machine"]],
    ["const at = clock.now();", []],
    ["const ms = performance.now() - Date.now();", ["time"]],
    ["const timer = setTimeout(call, 10);", ["time"]],
    ['import { setTimeout as delay } from "node:timers/promises";', ["time"]],
    ["const signal = AbortSignal.timeout(10);", ["time"]],
    ["const part = Math.random();", ["chance"]],
    ["const name = randomName(rng);", []],
    ['import { randomUUID } from "node:crypto";', ["chance"]],
    ["const page = await fetch(url);", ["net"]],
    ['import type { Socket } from "node:net";', []],
    ['import { connect } from "node:net";', ["net"]],
    ['import {\n  readFile,\n  stat,\n} from "node:fs/promises";', ["disk"]],
    ['import { join } from "node:path";\nimport { spawn } from "node:child_process";', ["processes"]],
    ["const raw = gunzipSync(bytes);", []],
    ["gunzip(bytes, (error, raw) => {});", ["threads"]],
    ["return promisify(gzip)(bytes, { level: 1 });", ["threads"]],
    ["const hash = await crypto.subtle.digest(name, bytes);", ["threads"]],
  ])("%j", (code, reached) => {
    expect(reachesIn(code)).toEqual(reached);
  });
});
