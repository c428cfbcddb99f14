import { parseRepositoryUrl } from "@evenkeel/git";
import { expect, test } from "vitest";

import { GitDisk } from "./git-disk.ts";
import { GitHosts } from "./git-hosts.ts";
import { simulatedGit } from "./simulated-git.ts";

const URL = "https://git.example.org/shop.git";
const main = "refs/heads/main";
const policy = { allowedHosts: "any", privateHosts: [], allowHttpLoopback: false, allowFileBelow: undefined } as const;
const { signal } = new AbortController();

test("a commit of five files and the poll that fetches it cost a simulation next to nothing", async () => {
  const hosts = new GitHosts();
  const shop = hosts.create(URL);
  const store = await simulatedGit(hosts, { name: "one", disk: new GitDisk() })().openStore("/one", { policy }, signal);
  const remote = { url: parseRepositoryUrl(URL, policy), credentials: { kind: "none" } } as const;
  const files = (n: number) =>
    Object.fromEntries([1, 2, 3, 4, 5].map((each) => [`apps/a${each}.yaml`, `${n}-${each}\n`]));
  const turns: number[] = [];
  for (let n = 0; n < 3000; n += 1) {
    const began = performance.now();
    const tip = shop.commit("main", files(n));
    const asked = await store.lsRemote(remote, [main], signal);
    const fetched = await store.fetchCandidate(remote, asked.get(main) ?? "", 1, signal);
    await store.readCommit(fetched, signal);
    turns.push(performance.now() - began);
    if (fetched !== tip) throw new Error(`${fetched} is not the tip`);
  }
  const [median = 0, late = 0] = [0.5, 0.95].map((share) => turns.toSorted((a, b) => a - b)[turns.length * share]);
  console.info(`commit and poll in memory: median ${median.toFixed(3)} ms, p95 ${late.toFixed(3)} ms`);
  expect(median).toBeLessThan(1);
});
