import { describe, expect, it } from "vitest";

import { turnsDuring } from "../testing/turns-during.ts";
import { withholdAside } from "./withhold-aside.ts";

const signal = new AbortController().signal;
const words = Array.from({ length: 1_200 }, (_, n) => `w${n.toString(36)}x`);
const filler = (n: number): Uint8Array =>
  Buffer.from(`${words.slice(n, n + 40).join("-")} ${"abcdefgh ".repeat(150_000)}`);
const files = new Map([
  ["db.env", Buffer.from("pin=swordfish-0891\n")],
  ...Array.from({ length: 12 }, (_, n) => [`data/${n}.txt`, filler(n * 40)] as const),
]);
const said = `failed: ${words.join(" ")} swordfish-0891 elsewhere`;

describe("what a tool says of large files", () => {
  it("is told without values, and looked at beside this thread", async () => {
    let told = "";
    const turns = await turnsDuring(async () => (told = await withholdAside({ tool: "helm", said, files }, signal)));
    expect(told).toMatch(/^failed: \*\*\*/);
    expect(told).not.toMatch(/swordfish|0891/);
    expect(told).toContain(" elsewhere");
    expect(turns).toBeGreaterThan(10);
  }, 60_000);

  it("is not told where it cannot be looked at in time", async () => {
    const told = await withholdAside({ tool: "helm", said, files }, signal, 1);
    expect(told).toBe("what it says cannot be told: its input is too large to look for values in");
  });

  it("is left where the render is given up", async () => {
    const ending = new AbortController();
    const looking = withholdAside({ tool: "helm", said, files }, ending.signal);
    ending.abort(new Error("given up"));
    await expect(looking).rejects.toThrow("given up");
  });
});
