import { describe, expect, it } from "vitest";

import { eachApart, parallel } from "./parallel.ts";

/** Work that ends when it is told to, and what of it has begun. */
const heldWork = () => {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<string>>();
  return {
    begun,
    end: (item: number) => ends.get(item)?.resolve(`${item}`),
    fail: (item: number) => ends.get(item)?.reject(new Error(`${item}`)),
    work: (item: number): Promise<string> => {
      begun.push(item);
      const held = Promise.withResolvers<string>();
      ends.set(item, held);
      return held.promise;
    },
  };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("parallel", () => {
  it("gives results in the order of the items, whatever ends first", async () => {
    const { begun, end, work } = heldWork();
    const all = parallel([1, 2, 3], 2, work);
    end(2);
    await turn();
    end(3);
    end(1);
    expect(await all).toEqual(["1", "2", "3"]);
    expect(begun).toEqual([1, 2, 3]);
  });

  it("has at most so many under way", async () => {
    const { begun, end, work } = heldWork();
    const all = parallel([1, 2, 3], 2, work);
    await turn();
    expect(begun).toEqual([1, 2]);
    for (const item of [1, 2, 3]) {
      end(item);
      await turn();
    }
    await all;
  });

  it("begins nothing after a failure, awaits what has begun, and throws the first", async () => {
    const { begun, end, fail, work } = heldWork();
    let isOver = false;
    const all = parallel([1, 2, 3], 2, work).finally(() => (isOver = true));
    all.catch(() => {});
    fail(1);
    await turn();
    expect([begun, isOver]).toEqual([[1, 2], false]);
    end(2);
    await expect(all).rejects.toThrow("1");
    expect(begun).toEqual([1, 2]);
  });

  it.each([
    ["nothing", []],
    ["undefined among the items", [undefined, 1, undefined]],
  ])("takes %s", async (_, items) => {
    expect(await parallel(items, 3, (item) => Promise.resolve(item))).toEqual(items);
  });
});

describe("eachApart", () => {
  it("gives each its turn after a failure, and throws the first at the end", async () => {
    const { begun, end, fail, work } = heldWork();
    let isOver = false;
    const all = eachApart([1, 2, 3, 4], 2, work).finally(() => (isOver = true));
    all.catch(() => {});
    for (const [how, item] of [
      [fail, 1],
      [fail, 2],
      [end, 3],
    ] as const) {
      how(item);
      await turn();
    }
    expect([begun, isOver]).toEqual([[1, 2, 3, 4], false]);
    end(4);
    await expect(all).rejects.toThrow("1");
  });

  it("gives results in the order of the items", async () => {
    expect(await eachApart([3, 1, 2], 2, (item) => Promise.resolve(item))).toEqual([3, 1, 2]);
  });
});
