import { execFile, spawn } from "node:child_process";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { runCli } from "@evenkeel/cli";
import { initBare, initCheckout } from "@evenkeel/git";
import { runSteps } from "@evenkeel/scripts";
import type { Stage, Step } from "@evenkeel/scripts";
import { eventually, temporaryFolder } from "@evenkeel/testing";
import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const ana = { name: "Ana", email: "ana@example.org" };
const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** `npm start` in a folder of its own, as a child, with what it says. */
const begin = (cwd: string, args: readonly string[]) => {
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, said, ended };
};

const run = async (cwd: string, args: readonly string[]) => {
  const { said, ended } = begin(cwd, args);
  return { code: await ended, ...said };
};

const quietTerminal = (cwd: string) => ({
  now: () => new Date(),
  cwd,
  env: {},
  colour: false,
  signal: new AbortController().signal,
});

/** Does what the screen says to a visitor: edits the file that it names, pushes by its command, breaks by its script. */
const followHints = async (cwd: string, said: string): Promise<void> => {
  const hint = (pattern: RegExp): string => {
    const line = said.split("\n").find((text) => pattern.test(text));
    expect(line, `${pattern} in ${said}`).toBeDefined();
    return (line ?? "").trim();
  };
  const file = join(cwd, hint(/^ {4}\S+replicas\.yaml$/));
  await writeFile(file, (await readFile(file, "utf8")).replace(/replicas: \d+/, "replicas: 4"));
  const shell = promisify(execFile);
  await shell("sh", ["-c", hint(/^ {4}git -C .* push origin HEAD:main$/)], { cwd });
  let out = "";
  const terminal = {
    ...quietTerminal(cwd),
    out: (text: string) => (out += text),
    err: (text: string) => (out += text),
  };
  const asked = async (pattern: RegExp): Promise<string> => {
    out = "";
    const code = await runCli(hint(pattern).replace("npx evenkeel ", "").split(" "), terminal);
    expect(code, out).toBe(0);
    return out;
  };
  await eventually(
    async () => {
      expect(await asked(/^ {4}npx evenkeel trace /)).toContain('"scale"');
      expect(await asked(/^ {4}npx evenkeel get units$/)).not.toMatch(/OutOfSync|Unknown|Degraded|Progressing/);
    },
    { timeoutMs: 60_000 },
  );
  expect(await asked(/^ {4}npx evenkeel history /)).toContain("scale");
  expect((await shell("sh", ["-c", hint(/scale-by-hand\.sh 9$/)], { cwd })).stdout).toContain("answered 200");
  await eventually(async () => expect(await asked(/^ {4}npx evenkeel history /)).toContain("replicas 4 -> 9"), {
    timeoutMs: 30_000,
  });
};

const stepsSaid = (text: string): readonly string[] => [...text.matchAll(/^\d\. .+$/gm)].map((match) => match[0]);
const allSteps = [
  "1. A commit becomes live",
  "2. A second commit rolls forward",
  "3. A manual edit is seen and corrected",
  "4. A bad commit is refused",
  "5. A rewritten history is not followed",
];

it("npm start --tour=exit needs nothing, walks through every step on three clusters, and leaves nothing", async () => {
  await using folder = await temporaryFolder();
  const { code, err } = await run(folder.path, ["--tour=exit", "--port", "0"]);
  expect(code, err).toBe(0);
  expect(err).not.toContain("✗");
  expect(stepsSaid(err)).toEqual(allSteps);
  for (const name of ["staging", "prod-eu", "prod-us"]) expect(err).toContain(name);
  expect(await readdir(join(folder.path, ".evenkeel"))).toEqual([]);
}, 180_000);

it("--data keeps the state: the tour runs again on it, with the same clusters", async () => {
  await using folder = await temporaryFolder();
  // Characters that mean something in URLs, in shells and in the configuration of nats-server.
  const data = join(folder.path, "a ü #b%20 'q'");
  const first = await run(folder.path, ["--tour=exit", "--port", "0", "--data", data]);
  expect(first.code, first.err).toBe(0);
  const installation = await readFile(join(data, "installation"), "utf8");
  const again = await run(folder.path, ["--tour=exit", "--port", "0", "--data", data]);
  expect(again.code, `with the state of the first run: ${again.err}`).toBe(0);
  expect(await readFile(join(data, "installation"), "utf8")).toBe(installation);
}, 240_000);

it("--tour=off runs until it is interrupted, says how to look around, and cleans up", async () => {
  await using folder = await temporaryFolder();
  const { child, said, ended } = begin(folder.path, ["--tour=off", "--port", "0"]);
  await eventually(() => expect(said.err).toMatch(/scale-by-hand\.sh 9\n/), { timeoutMs: 60_000 });
  expect(said.err).toContain("Running.");
  expect(said.err).toContain("npx evenkeel get units");
  expect(await exists(join(folder.path, ".evenkeel/server.json"))).toBe(true);
  await followHints(folder.path, said.err);
  const second = await run(folder.path, ["--tour=off", "--port", "0"]);
  expect(second.code, "a second start on the same state").toBe(2);
  expect(second.err).toContain(`process ${child.pid}`);
  child.kill("SIGINT");
  expect(await ended, said.err).toBe(0);
  expect(await readdir(join(folder.path, ".evenkeel"))).toEqual([]);
}, 120_000);

it("with a fleet of one's own it says what that holds, takes its options, and a change need not wait", async () => {
  await using folder = await temporaryFolder();
  const bare = join(folder.path, "git", "fleet.git");
  await initBare(bare, "main");
  const fleet = await initCheckout(join(folder.path, "work"), { branch: "main", origin: bare, committer: ana });
  const files = (url: string) => ({
    "fleet/all.yaml": [
      `apiVersion: evenkeel.dev/v1alpha1\nkind: Repository\nmetadata: {name: shop}\nspec: {url: "${url}"}`,
      "apiVersion: evenkeel.dev/v1alpha1\nkind: Application\nmetadata: {name: web}\n" +
        "spec: {repository: shop, path: web, targets: {clusterSelector: {}}}",
    ].join("\n---\n"),
  });
  await fleet.commitFiles(files("nonsense"), "declare");
  await fleet.push("main");
  const metricsPort = 20_000 + (process.pid % 20_000);
  const { child, said, ended } = begin(folder.path, [
    `--fleet=${pathToFileURL(bare).href}`,
    `--allow-file=${join(folder.path, "git")}`,
    "--fleet-path=fleet",
    "--fleet-interval=1h",
    "--port=0",
    `--metrics-port=${metricsPort}`,
  ]);
  try {
    await eventually(() => expect(said.err).toContain("Running."), { timeoutMs: 60_000 });
    expect(said.err).toMatch(/✗ 2 faults in the fleet's declarations:\n.*all\.yaml:4:13: spec\.url: expected https/);
    const metrics = await fetch(`http://127.0.0.1:${metricsPort + 4}/metrics`);
    expect(await metrics.text()).toContain("# TYPE ");
    await fleet.commitFiles(files("https://127.0.0.1:1/shop.git"), "mend the URL");
    await fleet.push("main");
    let out = "";
    const terminal = {
      ...quietTerminal(folder.path),
      out: (text: string) => (out += text),
      err: (text: string) => (out += text),
    };
    const revision = await runCli(["reconcile"], terminal).then(() => out);
    expect(revision).toMatch(/^_fleet is at \S+@[0-9a-f]{7}\n$/);
    out = "";
    await eventually(
      async () => {
        out = "";
        await runCli(["get", "units", "-o", "wide"], terminal);
        expect(out).toMatch(/web .*(HostDenied|Unreachable|UrlDenied|Pending)/);
      },
      { timeoutMs: 30_000 },
    );
  } finally {
    child.kill("SIGINT");
  }
  expect(await ended, said.err).toBe(0);
}, 120_000);

it("a step that did not happen ends the tour with its reason", async () => {
  const said: string[] = [];
  const screen = {
    heading: (text: string) => said.push(text),
    say: (text: string) => said.push(text),
    bad: (text: string) => said.push(text),
  };
  const step = (title: string, happens: boolean): Step => ({
    title,
    why: "because",
    run: () => (happens ? Promise.resolve() : Promise.reject(new Error("the edit was not corrected"))),
  });
  const stage = { screen, signal: new AbortController().signal } as unknown as Stage;
  expect(await runSteps(stage, [step("one", true), step("two", false), step("three", true)])).toBe(false);
  expect(said).toEqual(["1. one", "because", "2. two", "because", "the edit was not corrected"]);
});

it("--help says what there is", async () => {
  const { code, out } = await run(root, ["--help"]);
  expect(code).toBe(0);
  for (const option of ["--tour", "--data", "--kubeconfig", "--fleet"]) expect(out).toContain(option);
});

it("a wrong option is named, with exit code 2", async () => {
  const { code, err } = await run(root, ["--tuor=exit"]);
  expect(code).toBe(2);
  expect(err).toContain("--tuor");
});
