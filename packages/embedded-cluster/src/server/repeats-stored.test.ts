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
  ["data", { data: {} }],
  ["binaryData", { binaryData: {} }],
])("%s given as empty is not none to what is immutable", async (field, content) => {
  const { ask } = asker();
  await ask("POST", PATH, configMap({ immutable: true }));
  expect((await ask("PUT", `${PATH}/a`, configMap({ immutable: true }))).status).toBe(200);
  const { body, status } = await ask("PUT", `${PATH}/a`, configMap({ immutable: true, ...content }));
  expect([status, body["message"]]).toEqual([
    422,
    `ConfigMap "a" is invalid: ${field}: Forbidden: field is immutable when \`immutable\` is set`,
  ]);
});
