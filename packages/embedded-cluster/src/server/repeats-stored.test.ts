import { expect, test } from "vitest";

import type { ValueMap } from "../json.ts";
import { asker } from "./testing/ask.ts";

const PATH = "/api/v1/namespaces/default/configmaps";
const configMap = (content: ValueMap): ValueMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a" },
  ...content,
});

const versionsOf = async (contents: readonly ValueMap[]): Promise<readonly number[]> => {
  const { ask } = asker();
  const versions = [(await ask("POST", PATH, configMap({ binaryData: { bin: "" } }))).body];
  for (const content of contents) versions.push((await ask("PUT", `${PATH}/a`, configMap(content))).body);
  const numbers = versions.map(({ metadata }) => Number((metadata as ValueMap)["resourceVersion"]));
  return numbers.map((version) => version - (numbers[0] as number));
};

const empty = { binaryData: { bin: "" } };
const nil = { binaryData: { bin: null } };

test.each([
  ["what was read is no write", [empty, empty], [0, 0, 0]],
  ["nil bytes, which read as empty, is always one", [nil, nil], [0, 1, 2]],
  ["what was read after nil bytes is one, once", [nil, empty, empty], [0, 1, 2, 2]],
])("a write that repeats %s", async (_, contents, expected) => {
  expect(await versionsOf(contents)).toEqual(expected);
});

test.each([
  ["ConfigMap's data", "ConfigMap", { data: {} }, 200],
  ["ConfigMap's binaryData", "ConfigMap", { binaryData: {} }, 422],
  ["Secret's data", "Secret", { data: {} }, 422],
])("an immutable %s given as empty", async (_, kind, content, expected) => {
  const { ask } = asker();
  const path = `/api/v1/namespaces/default/${kind.toLowerCase()}s`;
  const body = { apiVersion: "v1", kind, metadata: { name: "a" }, immutable: true };
  await ask("POST", path, body);
  expect((await ask("PUT", `${path}/a`, body)).status).toBe(200);
  expect((await ask("PUT", `${path}/a`, { ...body, ...content })).status).toBe(expected);
});
