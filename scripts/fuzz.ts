// `npm run fuzz -- --target NAME --inputs N`: feeds one reader of foreign input, or all of them, for longer than `npm test` does.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = dirname(import.meta.dirname);
const SUFFIX = ".fuzz.test.ts";
const files = new Map(
  globSync(`{packages,services}/*/src/**/*${SUFFIX}`, { cwd: root })
    .toSorted()
    .map((file) => [file.slice(file.lastIndexOf("/") + 1, -SUFFIX.length), file]),
);
const names = [...files.keys()].toSorted();

const help = `npm run fuzz -- [--target NAME]... [--inputs N] [--seed N]

  --target NAME  what is fed, again for several; all without it: ${names.join(", ")}
  --inputs N     how many each is fed, half by seeds that stay and half by new ones (default 1000000)
  --seed N       of the new ones, as printed by a run before

Exits 0 if all that must hold held, 1 if something did not (the smallest input that shows it is printed), 2 for a wrong call.
`;

const wrong = (why: string): never => {
  process.stderr.write(`${why}\n\n${help}`);
  process.exit(2);
};

const read = () => {
  try {
    return parseArgs({
      options: {
        target: { type: "string", multiple: true, default: [] },
        inputs: { type: "string", default: "1000000" },
        seed: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
};
const isWhole = (text: string): boolean => /^[1-9]\d{0,14}$/.test(text);

const { target, inputs, seed, help: asked } = read();
if (asked) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = target.filter((name) => !files.has(name));
if (unknown.length > 0) wrong(`no target: ${unknown.join(", ")}`);
if (!isWhole(inputs)) wrong(`--inputs ${inputs}: give a whole number above 0`);
if (seed !== undefined && !isWhole(seed)) wrong(`--seed ${seed}: give a whole number above 0`);

/** Resolves to the exit code of the tests of one target. */
const feed = (file: string): Promise<number> =>
  new Promise((resolve) => {
    const [, folder = "", rest = ""] = /^((?:packages|services)\/[^/]+)\/(.*)$/.exec(file) ?? [];
    const env = {
      ...process.env,
      EVENKEEL_FUZZ_INPUTS: inputs,
      EVENKEEL_FUZZ_PROGRESS: "1",
      ...(seed === undefined ? {} : { EVENKEEL_SEED: seed }),
    };
    const child = spawn(join(root, "node_modules/.bin/vitest"), ["run", "-t", "holds for", rest], {
      cwd: join(root, folder),
      env,
      stdio: "inherit",
    });
    const stop = (): void => void child.kill("SIGTERM");
    process.once("SIGINT", stop);
    child.once("close", (code) => {
      process.off("SIGINT", stop);
      resolve(code ?? 1);
    });
  });

const failed: string[] = [];
for (const name of target.length === 0 ? names : new Set(target))
  if ((await feed(files.get(name) ?? "")) !== 0) failed.push(name);
process.stdout.write(failed.length === 0 ? "all that must hold held\n" : `broken: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
