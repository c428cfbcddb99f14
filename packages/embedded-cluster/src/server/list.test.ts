import { expect, it } from "vitest";

import { CONFIG_MAPS, asker, configMap } from "./testing/ask.ts";

it("a list as a table has a row with name and age for each", async () => {
  const { ask } = asker();
  await ask("POST", CONFIG_MAPS, configMap("a"));
  const accept = "application/json;as=Table;g=meta.k8s.io;v=v1";
  const { body } = await ask("GET", CONFIG_MAPS, undefined, { accept });
  expect(body["rows"]).toMatchObject([{ cells: expect.arrayContaining(["a", expect.stringMatching(/^\d+s$/)]) }]);
});
