import { parseFleet } from "@evenkeel/declarations";
import { describe, expect, test } from "vitest";

import { makeAct, workKinds } from "../scenario/act-kinds.ts";
import { seeded } from "../time/seeded.ts";
import { doWork, FLEET } from "./do-work.ts";
import type { GitWork, Places } from "./do-work.ts";
import { createHistory } from "./history.ts";
import { appOf, appText, clusterText, repositoryText, stampOf } from "./texts.ts";
import { idHost } from "./world-texts.fixture.ts";

const begin = (): Places => {
  const history = createHistory(idHost());
  const repositories = ["r0", "r1"];
  for (const name of repositories) history.push(name, { "README.md": name }, "begin");
  const declared = repositories.map((name) => [
    `${name}.yaml`,
    repositoryText(name, `https://git.example.org/${name}.git`),
  ]);
  history.push(FLEET, { ...Object.fromEntries(declared), "clusters.yaml": clusterText("c0") }, "begin");
  return { history, repositories, clusters: ["c0"], now: () => new Date(0), accepted: (name) => history.tip(name)?.id };
};
const gitKinds = workKinds.filter(
  (kind): kind is GitWork["kind"] => !["edit-live", "delete-live", "foreign-field", "hint"].includes(kind),
);

test("an application reads as it was written", () => {
  const app = { id: "app-1", name: "app-1-r2", repository: "r1", path: "moved-7", cluster: "c0" };
  expect(appOf(appText(app))).toEqual(app);
  expect(appOf(appText({ ...app, cluster: undefined }))).toEqual({ ...app, cluster: undefined });
});

describe.each([1, 2, 3, 4, 5])("work of seed %d", (seed) => {
  const places = begin();
  const chance = seeded(seed);
  const done = new Set<string>();
  const changes: number[] = [];
  for (let turn = 0; turn < 300; turn++) {
    const kind = turn < 3 ? "add-app" : chance.pick(gitKinds);
    const pushed = doWork(makeAct(kind, chance) as GitWork, places);
    if (pushed === undefined) continue;
    done.add(kind);
    for (const [path, text] of pushed.files) {
      const stamp = stampOf(text)?.stamp;
      if (stamp !== undefined && pushed.parent?.files.get(path) !== text && kind !== "push-behind") changes.push(stamp);
    }
  }
  const { history } = places;

  test("is of every kind", () => expect([...done].toSorted()).toEqual(gitKinds.toSorted()));

  test("leaves a fleet that the product accepts", () => {
    const files = [...(history.tip(FLEET)?.files ?? [])].map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
    const parsed = parseFleet(files);
    expect(parsed.errors).toEqual([]);
  });

  test("writes into each object that it changes a number that none had before", () => {
    expect(changes.length).toBeGreaterThan(30);
    expect(changes).toEqual(changes.toSorted((a, b) => a - b));
  });
});
