import { describe, expect, it } from "vitest";

import { pageOf } from "./page.ts";

const letters = ["a", "b", "c", "d", "e"];
const page = (items: readonly string[], pageSize: number, pageToken = "", filter: readonly string[] = ["eu"]) =>
  pageOf(items, (item) => item, { filter, pageSize, pageToken });

describe("pageOf", () => {
  it("walks a list to its end", () => {
    const first = page(letters, 2);
    expect(first.items).toEqual(["a", "b"]);
    const second = page(letters, 2, first.nextPageToken);
    expect(second.items).toEqual(["c", "d"]);
    const third = page(letters, 2, second.nextPageToken);
    expect(third).toEqual({ items: ["e"], nextPageToken: "" });
  });

  it("neither repeats nor leaves out items when others come and go between pages", () => {
    const { nextPageToken } = page(letters, 2);
    expect(page(["aa", "c", "d", "e"], 2, nextPageToken).items).toEqual(["c", "d"]);
    expect(page(["a"], 2, nextPageToken)).toEqual({ items: [], nextPageToken: "" });
  });

  it("gives 100 by default and 1,000 at most", () => {
    const many = Array.from({ length: 1500 }, (_, n) => String(n).padStart(4, "0"));
    expect(page(many, 0).items).toHaveLength(100);
    expect(page(many, 5000).items).toHaveLength(1000);
  });

  it.each([
    ["of another filter", page(letters, 2, "", ["us"]).nextPageToken, "belongs to another filter"],
    ["that is no token", "hello", "not one of ours"],
    ["of another form", Buffer.from("[2]").toString("base64url"), "not one of ours"],
  ])("refuses a token %s", (_, token, message) => expect(() => page(letters, 2, token)).toThrow(message));
});
