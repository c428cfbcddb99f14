import { describe, expect, it } from "vitest";

import type { LiveObject } from "../json.ts";
import { openStore } from "./open-store.ts";
import type { StoreKey } from "./store.ts";

const key = (name: string, namespace = "n"): StoreKey => ({ group: "", plural: "configmaps", namespace, name });
const object = (name: string): LiveObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

describe("the store", () => {
  it("lists in the byte order of etcd's keys, in which a-b/x comes before a/x", () => {
    const store = openStore();
    for (const namespace of ["a", "b", "a-b"]) store.put(key("x", namespace), object("x"));
    expect(store.list("", "configmaps").map((stored) => stored.key.namespace)).toEqual(["a-b", "a", "b"]);
  });

  it("gives each write the next version, and shows it inside", () => {
    const store = openStore();
    expect(store.put(key("a"), object("a")).resourceVersion).toBe(1);
    expect(store.put(key("b"), object("b")).resourceVersion).toBe(2);
    expect(store.read(key("b"))?.metadata["resourceVersion"]).toBe("2");
  });

  it("keeps integers beyond 2^53 exactly", () => {
    const store = openStore();
    store.put(key("a"), { ...object("a"), big: 9007199254740993n });
    expect(store.read(key("a"))?.["big"]).toBe(9007199254740993n);
  });

  it("tells the last state of what is removed under the version of the removal", () => {
    const store = openStore();
    store.put(key("a"), object("a"));
    const seen: string[] = [];
    store.subscribe("", "configmaps", ({ object: last, type }) => seen.push(`${type} ${last.json}`));
    store.remove(key("a"));
    expect(seen).toEqual([
      'DELETED {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"2"}}',
    ]);
  });

  it("tells events in order even to one who is told late because another wrote meanwhile", () => {
    const store = openStore();
    const seen: number[] = [];
    store.subscribe("", "configmaps", ({ resourceVersion }) => {
      if (resourceVersion === 1) store.put(key("b"), object("b"));
    });
    store.subscribe("", "configmaps", ({ resourceVersion }) => seen.push(resourceVersion));
    store.put(key("a"), object("a"));
    expect(seen).toEqual([1, 2]);
  });

  it("goes back only as far as its window reaches", () => {
    const store = openStore({ eventWindow: 2 });
    for (const name of ["a", "b", "c", "d"]) store.put(key(name), object(name));
    expect(store.oldest()).toBe(2);
    expect(store.since("", "configmaps", 1)).toBe("expired");
    const events = store.since("", "configmaps", 2);
    expect(events === "expired" ? [] : events.map(({ resourceVersion }) => resourceVersion)).toEqual([3, 4]);
  });

  it("forgets its window when compacted", () => {
    const store = openStore();
    store.put(key("a"), object("a"));
    store.compact();
    expect(store.since("", "configmaps", 0)).toBe("expired");
    expect(store.since("", "configmaps", 1)).toEqual([]);
  });
});
