import { expect, test } from "vitest";

import { hashedBase, replacedByHash } from "./hashed-name.ts";

const ref = (name: string, kind = "ConfigMap", namespace = "shop") => ({ group: "", kind, namespace, name });

test.each([
  ["settings-5t6g9b2k4m", "ConfigMap", "settings"],
  ["web-settings-2ghk4m5b7c", "Secret", "web-settings"],
  ["settings", "ConfigMap", undefined],
  ["settings-production", "ConfigMap", undefined],
  ["settings-5t6g9b2k4m", "Service", undefined],
  // Names that people give: a number at the end is no hash.
  ["cert-customer042", "Secret", undefined],
  ["backup-20240101", "ConfigMap", undefined],
  ["node-worker0001", "ConfigMap", undefined],
  ["settings-5t6g9b2k4", "ConfigMap", undefined],
  ["settings-5t6g9b2k4m5", "ConfigMap", undefined],
  ["settings-0123456789", "ConfigMap", undefined],
])("the generator's name of %s (%s) is %s", (name, kind, base) => {
  expect(hashedBase(ref(name, kind))).toBe(base);
});

test.each([
  ["another hash of the same generator", ref("settings-6b2k4m5t9g"), true],
  ["the same object", ref("settings-5t6g9b2k4m"), false],
  ["another generator", ref("other-6b2k4m5t9g"), false],
  ["another kind", ref("settings-6b2k4m5t9g", "Secret"), false],
  ["another namespace", ref("settings-6b2k4m5t9g", "ConfigMap", "blog"), false],
])("beside %s a hashed object is replaced: %s", (_title, desired, replaced) => {
  const gone = ref("settings-5t6g9b2k4m");
  expect(replacedByHash([gone], [desired]).size > 0).toBe(replaced);
});

test("one new hash stands for one old: what else of the generator goes was removed", () => {
  const gone = ["settings-5t6g9b2k4m", "settings-2ghk4m5b7c", "settings-9b2k4m5t6g"].map((name) => ref(name));
  expect(replacedByHash(gone, [ref("settings-6b2k4m5t9g")]).size).toBe(1);
  expect(replacedByHash(gone, [ref("settings-6b2k4m5t9g"), ref("settings-7b2k4m5t9g")]).size).toBe(2);
});
