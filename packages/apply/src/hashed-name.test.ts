import { expect, test } from "vitest";

import { hashedBase, isReplacedByHash } from "./hashed-name.ts";

const ref = (name: string, kind = "ConfigMap", namespace = "shop") => ({ group: "", kind, namespace, name });

test.each([
  ["settings-5t6g9b2k4m", "ConfigMap", "settings"],
  ["web-settings-2ghk4m5b7c", "Secret", "web-settings"],
  ["settings", "ConfigMap", undefined],
  ["settings-production", "ConfigMap", undefined],
  ["settings-5t6g9b2k4m", "Service", undefined],
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
  expect(isReplacedByHash(ref("settings-5t6g9b2k4m"), [desired])).toBe(replaced);
});
