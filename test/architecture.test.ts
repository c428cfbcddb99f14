import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const pure = ["words", "resource", "declarations", "drift", "apply", "health", "ledger"];

/** What every service may import; those that need more have a row. */
const everyService = [
  "async",
  "bus",
  "contracts",
  "declarations",
  "machine",
  "resource",
  "service-host",
  "telemetry",
  "words",
];

/** Which package may import which: left may import right, nothing else. */
const direction: Readonly<Record<string, readonly string[]>> = {
  words: [],
  async: [],
  machine: ["async"],
  // The one package that runs services, all of them: nothing but tests and tools imports it.
  simulation: [
    "applier",
    "bus",
    "contracts",
    "declarations",
    "drift-detector",
    "embedded-cluster",
    "git",
    "kube",
    "machine",
    "render",
    "renderer",
    "resource",
    "simulated-git",
    "simulated-nats",
    "source-watcher",
    "status-api",
    "telemetry",
  ],
  contracts: ["words"],
  resource: ["words"],
  declarations: ["resource", "words"],
  drift: ["resource"],
  apply: ["resource", "words"],
  health: ["resource", "words"],
  ledger: ["contracts", "resource"],
  telemetry: ["machine"],
  programs: [],
  certificates: [],
  "service-host": ["async", "bus", "contracts", "machine", "telemetry"],
  bus: ["async", "contracts", "machine", "telemetry", "words"],
  artifacts: ["async", "bus", "contracts", "declarations", "resource", "telemetry"],
  git: ["telemetry", "words"],
  kube: ["async", "machine", "resource", "telemetry", "words"],
  render: ["async", "machine", "resource", "telemetry", "words"],
  "simulated-git": ["git", "machine", "words"],
  "embedded-nats": ["programs"],
  "simulated-nats": ["machine"],
  "embedded-cluster": ["async", "certificates", "kube", "machine", "resource"],
  "cluster-judge": ["embedded-cluster", "kube", "machine", "resource", "testing"],
  fuzz: [],
  testing: ["certificates", "programs", "embedded-nats", "git"],
  cli: ["contracts", "declarations", "git", "kube", "ledger", "render", "words"],
  "source-watcher": [...everyService, "artifacts", "git", "render"],
  renderer: [...everyService, "artifacts", "render"],
  "drift-detector": [...everyService, "apply", "artifacts", "drift", "health", "kube"],
  applier: [...everyService, "apply", "artifacts", "drift", "kube", "ledger"],
};

/** One door each; but nobody looks into the judge of the embedded cluster. */
const entries: Readonly<Record<string, readonly string[]>> = {
  "cluster-judge": [],
};
/** Packages of fixtures and comparisons, used by tests and tools alone. */
const FOR_TESTS = ["testing", "cluster-judge", "fuzz"];

/** Doors: the one package that may know an outside library. */
const doors: readonly { readonly library: RegExp; readonly only: readonly string[] }[] = [
  { library: /^@nats-io\//, only: ["bus", "simulated-nats"] },
  { library: /^simple-git$/, only: ["git"] },
  { library: /^@kubernetes\/client-node$/, only: ["kube"] },
  { library: /^undici$/, only: ["kube"] },
  { library: /^js-yaml$/, only: ["resource"] },
];

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
}
const folders = globSync("{packages,services}/*/package.json", { cwd: root }).map((file) => dirname(file));
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
const sourcesOf = (folder: string): readonly { readonly file: string; readonly text: string }[] =>
  globSync("src/**/*.ts", { cwd: join(root, folder) })
    .filter((file) => !file.startsWith("src/gen/"))
    .map((file) => ({ file, text: readFileSync(join(root, folder, file), "utf8") }));
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gm), ...text.matchAll(/import\("([^"]+)"\)/g)].map(
    (m) => m[1] ?? "",
  );
const isTest = (file: string): boolean => /\.(?:test|fixture)\.ts$|^src\/bench-|\/(?:testing|testdata)\//.test(file);
const shortName = (folder: string): string => folder.split("/")[1] ?? "";

describe.each(folders)("%s", (folder) => {
  const name = shortName(folder);
  const manifest = manifestOf(folder);
  const sources = sourcesOf(folder);

  it("stands in the table of directions, and its manifest keeps to it", () => {
    const allowed = direction[name] ?? (folder.startsWith("services/") ? everyService : undefined);
    expect(allowed, `${name} has no row in test/architecture.test.ts`).toBeDefined();
    const used = Object.keys(manifest.dependencies ?? {}).filter((dependency) => dependency.startsWith("@evenkeel/"));
    expect(used.filter((dependency) => !allowed?.includes(dependency.replace("@evenkeel/", "")))).toEqual([]);
  });

  it("has one door and imports no deep path of another package", () => {
    expect(Object.keys(manifest.exports)).toEqual(entries[name] ?? ["."]);
    const deep = sources.flatMap(({ file, text }) =>
      importsOf(text)
        .filter((from) => /^@evenkeel\/[^/]+\//.test(from))
        .map((from) => `${file}: ${from}`),
    );
    expect(deep).toEqual([]);
  });

  it("imports test fixtures only in tests", () => {
    const leaks = FOR_TESTS.includes(name)
      ? []
      : sources
          .filter(({ file }) => !isTest(file))
          .flatMap(({ file, text }) =>
            importsOf(text)
              .filter((from) => from === "@evenkeel/testing")
              .map(() => file),
          );
    expect(leaks).toEqual([]);
  });

  it("leaves each outside library to its door", () => {
    const wrong = sources
      .filter(({ file }) => !isTest(file))
      .flatMap(({ file, text }) =>
        importsOf(text)
          .filter((from) => doors.some((door) => door.library.test(from) && !door.only.includes(name)))
          .map((from) => `${file}: ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  it("starts child processes only where the design allows it", () => {
    const allowed = ["git", "render", "programs", "embedded-nats", "testing"];
    const wrong = sources
      .filter(({ file }) => !isTest(file) && !allowed.includes(name))
      .filter(({ text }) => importsOf(text).includes("node:child_process"))
      .map(({ file }) => file);
    // The kubeconfig of an operator may name an exec plugin from the allow-list; an export folder may hang for ever.
    const own: Readonly<Record<string, string>> = {
      kube: "exec",
      applier: "export/exporter.ts",
      simulation: "run/run-seeds.ts", // seeds run in processes of their own
    };
    expect(wrong.filter((file) => own[name] === undefined || !file.includes(own[name]))).toEqual([]);
  });
});

/** What of the room of waiting only reckons how long. */
const reckoned = /^import (?:type )?\{ (?:(?:backOff|Doubling)(?:, )?)+ \} from "@evenkeel\/async";$/gm;

describe("pure code", () => {
  const rooms = [
    ...pure.map((name) => ({ room: `packages/${name}`, within: "src/" })),
    ...folders.filter((f) => f.startsWith("services/")).map((room) => ({ room, within: "src/core/" })),
  ];
  it.each(rooms)("$room $within is synchronous, without clock, chance or I/O", ({ room, within }) => {
    const wrong = sourcesOf(room)
      .filter(({ file }) => file.startsWith(within) && !isTest(file))
      .flatMap(({ file, text }) => {
        const code = text
          .replace(/\/\*[\s\S]*?\*\//g, "")
          .replace(/\/\/.*$/gm, "")
          .replace(reckoned, "");
        return [
          /\basync\b|\bawait\b/.test(code) ? `${file}: async` : "",
          /new Date\(\)/.test(code) ? `${file}: new Date()` : "",
          /Date\.now|Math\.random|performance\.now/.test(code) ? `${file}: clock or chance` : "",
          ...importsOf(code)
            .filter((from) => from.startsWith("node:") && from !== "node:crypto")
            .map((from) => `${file}: ${from}`),
        ];
      })
      .filter((line) => line !== "");
    expect(wrong).toEqual([]);
  });
});
