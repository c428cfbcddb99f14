import { describe, expect, it } from "vitest";

import { APPLY, CONFIG_MAPS, JSON_PATCH, MERGE, asker, configMap } from "./testing/ask.ts";

const metadataOf = (answer: { readonly body: Record<string, unknown> }): Record<string, unknown> =>
  answer.body["metadata"] as Record<string, unknown>;

describe("a write", () => {
  it("that changes nothing is none: same version, no event", async () => {
    const { ask, cluster } = asker();
    const made = await ask("POST", CONFIG_MAPS, configMap("a"));
    const events: string[] = [];
    cluster.store.subscribeAll(({ type }) => events.push(type));
    const put = await ask("PUT", `${CONFIG_MAPS}/a`, configMap("a"));
    const applied = await ask("PATCH", `${CONFIG_MAPS}/a`, { data: { a: "1" } }, MERGE);
    expect(metadataOf(put)["resourceVersion"]).toBe(metadataOf(made)["resourceVersion"]);
    expect(metadataOf(applied)["resourceVersion"]).toBe(metadataOf(made)["resourceVersion"]);
    expect(events).toEqual([]);
  });

  it("as a dry run shows the result and leaves no trace", async () => {
    const { ask, cluster } = asker();
    const before = cluster.store.revision();
    const query = "?dryRun=All&fieldManager=m";
    expect((await ask("POST", `${CONFIG_MAPS}${query}`, configMap("a"))).status).toBe(201);
    expect((await ask("PATCH", `${CONFIG_MAPS}/a${query}`, configMap("a"), APPLY)).status).toBe(201);
    expect((await ask("DELETE", `${CONFIG_MAPS}/a${query}`)).status).toBe(404);
    expect(cluster.store.revision()).toBe(before);
  });

  it("is retried under other names while a generated one is taken", async () => {
    const { ask } = asker();
    const names = new Set<unknown>();
    for (let count = 0; count < 20; count += 1) {
      const made = await ask("POST", CONFIG_MAPS, { ...configMap("x"), metadata: { generateName: "g-" } });
      expect(made.status).toBe(201);
      names.add(metadataOf(made)["name"]);
    }
    expect(names.size).toBe(20);
  });

  it("wipes what a client may not set", async () => {
    const { ask } = asker();
    const forged = {
      uid: "u",
      creationTimestamp: "2000-01-01T00:00:00Z",
      deletionTimestamp: "2000-01-01T00:00:00Z",
      selfLink: "/x",
    };
    const made = metadataOf(await ask("POST", CONFIG_MAPS, configMap("a", forged)));
    expect(made["uid"]).not.toBe("u");
    expect(made["creationTimestamp"]).not.toBe("2000-01-01T00:00:00Z");
    expect(made).not.toHaveProperty("deletionTimestamp");
    expect(made).not.toHaveProperty("selfLink");
  });
});

const REFUSED: readonly (readonly [
  string,
  string,
  string,
  unknown,
  Readonly<Record<string, string>>,
  number,
  string,
])[] = [
  ["a body that is no JSON", "POST", CONFIG_MAPS, "{", {}, 400, "json parse error: invalid character in JSON"],
  [
    "another kind",
    "POST",
    CONFIG_MAPS,
    { ...configMap("b"), kind: "Pod" },
    {},
    400,
    "converting (v1.Pod) to (core.ConfigMap): unknown conversion",
  ],
  [
    "another namespace",
    "POST",
    CONFIG_MAPS,
    configMap("b", { namespace: "x" }),
    {},
    400,
    "the namespace of the provided object does not match the namespace sent on the request",
  ],
  [
    "a missing namespace",
    "POST",
    "/api/v1/namespaces/none/configmaps",
    configMap("b"),
    {},
    404,
    'namespaces "none" not found',
  ],
  ["a taken name", "POST", CONFIG_MAPS, configMap("a"), {}, 409, 'configmaps "a" already exists'],
  [
    "a stale version",
    "PUT",
    `${CONFIG_MAPS}/a`,
    configMap("a", { resourceVersion: "1" }),
    {},
    409,
    "the object has been modified",
  ],
  [
    "a foreign uid",
    "PUT",
    `${CONFIG_MAPS}/a`,
    configMap("a", { uid: "u" }),
    {},
    409,
    "Key: /registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u",
  ],
  [
    "another name than the URL's",
    "PUT",
    `${CONFIG_MAPS}/a`,
    configMap("c"),
    {},
    400,
    "the name of the object (c) does not match the name on the URL (a)",
  ],
  [
    "a resourceVersion on create",
    "POST",
    CONFIG_MAPS,
    configMap("b", { resourceVersion: "5" }),
    {},
    500,
    "resourceVersion should not be set on objects to be created",
  ],
  [
    "an unknown patch type",
    "PATCH",
    `${CONFIG_MAPS}/a`,
    {},
    { "content-type": "text/plain" },
    415,
    "415: Unsupported Media Type",
  ],
  [
    "an apply without manager",
    "PATCH",
    `${CONFIG_MAPS}/a`,
    {},
    APPLY,
    422,
    "fieldManager: Required value: is required for apply patch",
  ],
  [
    "force where nothing is applied",
    "PATCH",
    `${CONFIG_MAPS}/a?force=true`,
    {},
    MERGE,
    422,
    "force: Forbidden: may not be specified for non-apply patch",
  ],
  [
    "a failed test of a JSON patch",
    "PATCH",
    `${CONFIG_MAPS}/a`,
    [{ op: "test", path: "/data/a", value: "2" }],
    JSON_PATCH,
    422,
    "the server rejected our request due to an error in our request",
  ],
  [
    "a changed uid",
    "PATCH",
    `${CONFIG_MAPS}/a`,
    { metadata: { uid: "u" } },
    MERGE,
    422,
    'metadata.uid: Invalid value: "u": field is immutable',
  ],
  [
    "an apply with a uid of nothing",
    "PATCH",
    `${CONFIG_MAPS}/new?fieldManager=m`,
    configMap("new", { uid: "u" }),
    APPLY,
    409,
    "uid mismatch: the provided object specified uid u, and no existing object was found",
  ],
  [
    "unknown fields where it is strict",
    "POST",
    `${CONFIG_MAPS}?fieldValidation=Strict`,
    { ...configMap("b"), foo: 1 },
    {},
    400,
    'strict decoding error: unknown field "foo"',
  ],
  [
    "an unknown dryRun",
    "POST",
    `${CONFIG_MAPS}?dryRun=x`,
    configMap("b"),
    {},
    422,
    'dryRun: Unsupported value: ["x"]: supported values: "All"',
  ],
];

describe("refused is", () => {
  it.each(REFUSED)("%s", async (_title, method, path, body, headers, status, message) => {
    const { ask } = asker();
    await ask("POST", CONFIG_MAPS, configMap("a"));
    const answer = await ask(method, path, body, headers);
    expect(answer.body["message"]).toContain(message);
    expect(answer.status).toBe(status);
  });
});

describe("warned is", () => {
  it("of unknown and duplicate fields, once each", async () => {
    const { ask } = asker();
    const text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"w"},"foo":1,"data":{"a":"1","a":"2"}}';
    const made = await ask("POST", CONFIG_MAPS, text);
    expect(made.headers["warning"]).toBe(String.raw`299 - "unknown field \"foo\"", 299 - "duplicate field \"data.a\""`);
    expect(made.body["data"]).toEqual({ a: "2" });
  });
});
