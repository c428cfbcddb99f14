import { expect, it } from "vitest";

import { APPLY, CONFIG_MAPS, MERGE, asker, configMap } from "./testing/ask.ts";

it.each([
  [
    "another namespace",
    "POST",
    CONFIG_MAPS,
    configMap("b", { namespace: "x" }),
    {},
    400,
    "does not match the namespace",
  ],
  ["force where nothing is applied", "PATCH", `${CONFIG_MAPS}/a?force=true`, {}, MERGE, 422, "force: Forbidden"],
  ["a changed uid", "PATCH", `${CONFIG_MAPS}/a`, { metadata: { uid: "u" } }, MERGE, 422, "field is immutable"],
  [
    "an apply with a uid of nothing",
    "PATCH",
    `${CONFIG_MAPS}/new?fieldManager=m`,
    configMap("new", { uid: "u" }),
    APPLY,
    409,
    "uid mismatch: the provided object specified uid u, and no existing object was found",
  ],
])("refused is %s", async (_title, method, path, body, headers, status, message) => {
  const { ask } = asker();
  await ask("POST", CONFIG_MAPS, configMap("a"));
  const answer = await ask(method, path, body, headers);
  expect(answer.body["message"]).toContain(message);
  expect(answer.status).toBe(status);
});
