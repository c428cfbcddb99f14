import { expect, it } from "vitest";

import { createListeners } from "./listeners.ts";

it("tells all, in order, each until its signal ends or it is disposed of", () => {
  const heard: string[] = [];
  const first = new AbortController();
  const listeners = createListeners<[string]>();
  listeners.add((word) => heard.push(`first ${word}`), first.signal);
  const second = listeners.add((word) => heard.push(`second ${word}`));
  listeners.add((word) => heard.push(`third ${word}`));
  listeners.add((word) => heard.push(`never ${word}`), AbortSignal.abort());
  listeners.tell("a");
  first.abort();
  listeners.tell("b");
  second[Symbol.dispose]();
  listeners.tell("c");
  expect(heard).toEqual(["first a", "second a", "third a", "second b", "third b", "third c"]);
  expect(listeners.size).toBe(1);
});
