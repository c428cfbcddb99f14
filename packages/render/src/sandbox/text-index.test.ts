import { describe, expect, it } from "vitest";

import { TextIndex } from "./text-index.ts";

/** Short texts over few letters: every overlap and every repeat occurs. */
const random = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
};

describe("the index of a text", () => {
  it("finds what a search of every part finds", () => {
    const next = random(7);
    const word = (length: number): string => Array.from({ length }, () => "abc"[next(3)]).join("");
    for (let round = 0; round < 300; round += 1) {
      const text = word(1 + next(24));
      const fed = [word(next(20)), word(next(20))];
      const index = new TextIndex(text);
      for (const each of fed) index.feed(each);
      for (let from = 0; from < text.length; from += 1)
        for (let to = from + 1; to <= text.length; to += 1) {
          const part = text.slice(from, to);
          expect([text, fed, part, index.has(part)]).toEqual([text, fed, part, fed.some((one) => one.includes(part))]);
        }
      for (const each of fed) expect(index.holds(each)).toBe(text.includes(each));
    }
  });

  it.each([
    ["many different words", (n: number) => Array.from({ length: n }, (_, i) => `word-${i}`).join(" ")],
    ["words that begin alike", (n: number) => Array.from({ length: n }, (_, i) => `${"a".repeat(50)}${i}`).join(" ")],
    ["one letter", (n: number) => "a".repeat(10 * n)],
  ])("does work that grows with the text and with what is fed, for %s", (_title, textOf) => {
    const work = (words: number, copies: number): number => {
      const text = textOf(words);
      const index = new TextIndex(text);
      const beside = `${text.slice(1)}\n`.repeat(copies);
      index.feed(beside);
      for (const word of text.split(" ")) index.has(word);
      return index.steps / (text.length + beside.length);
    };
    const small = work(50, 4);
    expect(work(800, 4)).toBeLessThan(2 * small);
    expect(work(50, 256)).toBeLessThan(2 * small);
  });
});
