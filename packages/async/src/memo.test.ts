import { expect, test } from "vitest";

import { createMemo } from "./memo.ts";

/** Loads by name, and how often that was asked. */
const loads = (fail: readonly string[] = []) => {
  const asked: string[] = [];
  return {
    asked,
    load: (name: string) => async (): Promise<string> => {
      asked.push(name);
      if (fail.includes(name) && asked.filter((one) => one === name).length === 1) throw new Error(`no ${name}`);
      return name;
    },
  };
};

test("one load is shared by all who ask while it goes on and afterwards, until it is forgotten", async () => {
  const memo = createMemo<string, string>();
  const { asked, load } = loads();
  expect(await Promise.all([memo.get("a", load("a")), memo.get("a", load("a"))])).toEqual(["a", "a"]);
  expect(await memo.get("a", load("a"))).toBe("a");
  expect(asked).toEqual(["a"]);
  memo.forget("a");
  await memo.get("a", load("a"));
  expect(asked).toEqual(["a", "a"]);
});

test("what failed is told to all who waited for it, and loaded anew by the next", async () => {
  const memo = createMemo<string, string>();
  const { asked, load } = loads(["a"]);
  const both = await Promise.allSettled([memo.get("a", load("a")), memo.get("a", load("a"))]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await memo.get("a", load("a"))).toBe("a");
  expect(asked).toEqual(["a", "a"]);
});

test.each([
  ["the newest are kept", { most: 2 }, ["a", "b", "c", "c", "b", "a"], ["a", "b", "c", "a"]],
  ["what is not to be kept is shared while it is loaded only", { isKept: () => false }, ["a", "a"], ["a", "a"]],
  ["what is worth it is kept", { isKept: (value: string) => value !== "a" }, ["a", "b", "a", "b"], ["a", "b", "a"]],
])("%s", async (_title, options, wanted, loaded) => {
  const memo = createMemo<string, string>(options);
  const { asked, load } = loads();
  for (const name of wanted) await memo.get(name, load(name));
  expect(asked).toEqual(loaded);
});

test("a load that was forgotten meanwhile does not take away what came after it", async () => {
  const memo = createMemo<string, string>();
  const failing = Promise.withResolvers<string>();
  const first = memo.get("a", () => failing.promise);
  memo.forget("a");
  await memo.get("a", () => Promise.resolve("second"));
  failing.reject(new Error("late"));
  await expect(first).rejects.toThrow("late");
  expect(await memo.get("a", () => Promise.resolve("third"))).toBe("second");
});
