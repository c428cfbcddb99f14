import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { runCli } from "@evenkeel/cli";
import { openCheckout } from "@evenkeel/git";
import { eventually, temporaryFolder } from "@evenkeel/testing";
import { expect, it } from "vitest";

const script = join(dirname(import.meta.dirname), "scripts/start.ts");

/** `npm start --tour=off` in a folder of its own, and the command line asked there. */
const begin = async (cwd: string) => {
  const child = spawn(process.execPath, [script, "--tour=off", "--port=0"], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "close");
  const ask = async (line: string) => {
    let [out, err] = ["", ""];
    const code = await runCli(line.split(" "), {
      out: (text) => (out += text),
      err: (text) => (err += text),
      now: () => new Date(),
      cwd,
      env: {},
      colour: false,
      signal: new AbortController().signal,
    });
    return { code, out, err };
  };
  await eventually(() => expect(said).toContain("Running."), { timeoutMs: 60_000 });
  await eventually(
    async () => {
      const { out } = await ask("get units");
      expect(out.match(/ Synced +Healthy /g)).toHaveLength(9);
    },
    { timeoutMs: 60_000 },
  );
  return {
    ask,
    async [Symbol.asyncDispose]() {
      child.kill("SIGINT");
      await ended;
    },
  };
};

it("names that nobody knows, a change by the fleet and a removal are told as what they are", async () => {
  await using folder = await temporaryFolder();
  await using started = await begin(folder.path);
  const { ask } = started;
  const clusters = "known: prod-eu, prod-us, staging";
  for (const [line, words, expected] of [
    ["get drift --cluster nope", `Cluster "nope" is not declared; ${clusters}`, 1],
    ["get drift --app nope", 'Application "nope" is not declared; known: greeter, platform, web, web-staging', 1],
    ["get units --cluster stagin", `Cluster "stagin" is not declared; did you mean "staging"? ${clusters}`, 1],
    ["get units --app nope -o json", 'Application "nope" is not declared', 1],
    ["get unit web@nope", `Cluster "nope" is not declared; ${clusters}`, 1],
    ["history nope@prod-eu", 'Application "nope" is not declared', 1],
    ["diff web@nope", `Cluster "nope" is not declared; ${clusters}`, 2],
    ["trace deployment/web --cluster nope", `Cluster "nope" is not declared; ${clusters}`, 1],
    ["trace __proto__/web", "Object __proto__/web not found", 1],
    ["trace constructor/web", "Object constructor/web not found", 1],
    ["get unit web@staging", "Unit web@staging not found; web runs on prod-eu, prod-us", 1],
    ["reconcile nope", 'Repository "nope" is not known; known: _fleet, shop', 1],
  ] as const) {
    const { code, err, out } = await ask(line);
    expect([code, out, err], line).toEqual([expected, "", expect.stringContaining(words)]);
  }
  expect(await ask("get drift --cluster prod-eu -o json")).toMatchObject({
    code: 0,
    out: expect.stringContaining('"items": []'),
  });

  // Declared, and on no cluster: whoever asks for it on one is told why.
  const committer = { name: "Bob", email: "bob@example.org" };
  const fleet = await openCheckout(join(folder.path, ".evenkeel/demo/git/fleet"), committer);
  const text = await readFile(join(fleet.dir, "applications.yaml"), "utf8");
  const application = (name: string, rest: string) =>
    `---\napiVersion: evenkeel.dev/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec: {repository: shop, path: greeter, ${rest}}\n`;
  const lonely = application("lonely", "targets: {clusterSelector: {matchLabels: {tier: nowhere}}}");
  await fleet.commitFiles({ "applications.yaml": `${text.trimEnd()}\n${lonely}` }, "lonely");
  await fleet.push("main");
  await eventually(async () => expect((await ask("get units")).out).toContain("lonely"), { timeoutMs: 60_000 });
  const why =
    "lonely runs on no cluster: Application lonely: its clusterSelector matches no declared Cluster; declare or label a Cluster, or change spec.targets.clusterSelector";
  for (const [line, words, expected] of [
    ["get unit lonely@prod-eu", `evenkeel: Unit lonely@prod-eu not found; ${why}\n`, 1],
    ["history lonely@prod-eu", `evenkeel: Unit lonely@prod-eu not found; ${why}\n`, 1],
    ["diff lonely@prod-eu", `evenkeel: Unit lonely@prod-eu not found; ${why}\n`, 2],
    ["wait lonely@prod-eu --for synced --timeout 60s", `${why}\n`, 1],
    ["wait lonely --for revision=abcdef1 --timeout 60s", `${why}\n`, 1],
    [
      "get units --app lonely --cluster prod-eu",
      `no unit of application "lonely" on cluster "prod-eu" is declared\n${why}\n`,
      1,
    ],
  ] as const)
    expect(await ask(line), line).toEqual({ code: expected, out: "", err: expect.stringContaining(words) });

  const moved = text.replace("path: web/overlays/prod", "path: web/overlays/staging");
  const revision = await fleet.commitFiles({ "applications.yaml": moved }, "run the staging overlay");
  await fleet.push("main");
  await eventually(
    async () => {
      const { out } = await ask("trace deployment/web -n evenkeel-tour --cluster prod-eu");
      expect(out).toMatch(
        new RegExp(
          `^Cause +_fleet@${revision.slice(0, 7)} "run the staging overlay" by Bob, seen \\d+s ago, live after \\d`,
          "m",
        ),
      );
      const [, seconds] = /live after ([\d.]+)s/.exec(out) ?? [];
      expect(Number(seconds)).toBeLessThan(30);
    },
    { timeoutMs: 60_000 },
  );

  const deleted = moved.replace("path: greeter", "path: greeter\n  deletionPolicy: delete");
  const toDelete = await fleet.commitFiles({ "applications.yaml": deleted }, "greeter goes with all it has");
  await fleet.push("main");
  // A removal goes by the last declaration that was accepted.
  await eventually(async () => expect((await ask("get repositories")).out).toContain(toDelete.slice(0, 7)), {
    timeoutMs: 30_000,
  });
  const without = deleted.split("---\n").filter((document) => !document.includes("name: greeter"));
  await fleet.commitFiles({ "applications.yaml": without.join("---\n") }, "remove greeter");
  await fleet.push("main");
  await eventually(
    async () => {
      const { err, out } = await ask("get units --app greeter");
      expect(out).toMatch(/^prod-eu +greeter +Removing /m);
      expect(err).toMatch(
        /greeter@prod-eu is going: removed from the fleet \d+s ago; \d objects? left, deleted in \d+s at/,
      );
    },
    { timeoutMs: 30_000 },
  );
}, 240_000);
