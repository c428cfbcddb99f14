import { describe, expect, test } from "vitest";

import { FieldsRefused, compileMask, leafPaths, showPath } from "./field-mask.ts";
import { emptyLeaves, orderOf, valuesOf } from "./mask-values.ts";

const deployment = {
  "f:metadata": { "f:labels": { ".": {}, "f:app.kubernetes.io/name": {} } },
  "f:spec": {
    "f:replicas": {},
    "f:template": {
      "f:spec": {
        "f:securityContext": {},
        "f:containers": {
          'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {}, "f:args": {} },
          'k:{"name":"log"}': { ".": {}, "f:name": {} },
        },
        "f:imagePullSecrets": { 'k:{"name":"pull"}': { ".": {} } },
      },
    },
  },
};
const finalizers = { "f:metadata": { "f:finalizers": { ".": {}, 'v:"a/b"': {} } } };

const live = {
  metadata: { labels: { "app.kubernetes.io/name": "web", other: "x" }, finalizers: ["c/d", "a/b"] },
  spec: {
    replicas: 2,
    template: {
      spec: {
        securityContext: { runAsUser: 1 },
        containers: [{ name: "web", image: "i:1", args: ["-a"] }, { name: "sidecar" }, { name: "log" }],
        imagePullSecrets: [{ name: "pull", extra: 1 }],
      },
    },
  },
};

describe("a mask reads from fieldsV1 alone", () => {
  test("which leaves are owned, in words that people know", () => {
    expect(leafPaths(compileMask(deployment)).map(showPath)).toEqual([
      'metadata.labels["app.kubernetes.io/name"]',
      "spec.replicas",
      "spec.template.spec.containers[name=log].name",
      "spec.template.spec.containers[name=web].args",
      "spec.template.spec.containers[name=web].image",
      "spec.template.spec.containers[name=web].name",
      "spec.template.spec.imagePullSecrets[name=pull]",
      "spec.template.spec.securityContext",
    ]);
  });

  test("the owned values of an object: whole atomic lists, items by key, presence of an item that is ours alone", () => {
    expect(Object.fromEntries(valuesOf(compileMask(deployment), live))).toEqual({
      '.metadata.labels["app.kubernetes.io/name"]': '"web"',
      ".spec.replicas": "2",
      ".spec.template.spec.containers[name=log].name": '"log"',
      ".spec.template.spec.containers[name=web].args": '["-a"]',
      ".spec.template.spec.containers[name=web].image": '"i:1"',
      ".spec.template.spec.containers[name=web].name": '"web"',
      ".spec.template.spec.imagePullSecrets[name=pull]": "present",
      ".spec.template.spec.securityContext": '{"runAsUser":1}',
    });
  });

  test.each([
    ["a member of a set that is there", ["c/d", "a/b"], '"a/b"'],
    ["a member of a set that is gone", ["c/d"], "absent"],
    ["a set that is gone", undefined, "absent"],
  ])("%s", (_title, present, expected) => {
    const object = present === undefined ? {} : { metadata: { finalizers: present } };
    expect([...valuesOf(compileMask(finalizers), object).values()]).toEqual([expected]);
  });

  test("the order of our own items in a keyed list, without those of others", () => {
    expect([...orderOf(compileMask(deployment), live)]).toEqual([
      [".spec.template.spec.containers", "[name=web][name=log]"],
    ]);
  });

  test("an index in a list without keys", () => {
    const mask = compileMask({ "f:items": { "i:1": {} } });
    expect([...valuesOf(mask, { items: ["a", "b"] })]).toEqual([[".items[1]", '"b"']]);
  });

  test("an integer beyond 2^53 in a key stays exact", () => {
    const mask = compileMask({ "f:items": { 'k:{"id":9007199254740993}': { "f:x": {} } } });
    const items = [
      { id: 9007199254740992n, x: "wrong" },
      { id: 9007199254740993n, x: "right" },
    ];
    expect([...valuesOf(mask, { items }).values()]).toEqual(['"right"']);
  });

  test.each([
    ["a key that is no path element", { "x:y": {} }],
    ["a list item without keys", { "f:a": { "k:1": {} } }],
    ["keys that are not JSON", { "f:a": { "k:{": {} } }],
    ["fields that are no mapping", { "f:a": 1 }],
  ])("refuses %s", (_title, fields) => {
    expect(() => compileMask(fields)).toThrow(FieldsRefused);
  });
});

describe("a leaf that is empty in desired", () => {
  const mask = compileMask(deployment);
  test("is found also below an item whose key the server defaulted", () => {
    const ports = compileMask({ "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:options": {} } } });
    expect(emptyLeaves(ports, { ports: [{ port: 80, options: {} }] })).toEqual([
      ".ports[port=80,protocol=TCP].options",
    ]);
  });
  test.each([
    ["absent", {}],
    ["empty", { spec: { template: { spec: { securityContext: {} } } } }],
    ["filled by another", live],
  ])("counts as one when it is %s in live", (_title, object) => {
    const empty = new Set([".spec.template.spec.securityContext"]);
    expect(valuesOf(mask, object, empty).get(".spec.template.spec.securityContext")).toBe("existence-only");
  });
});

describe("no two elements of a path are written alike", () => {
  test.each([
    ["a text and a number in a set", ['v:"1"', "v:1"]],
    ["a text and a truth in a set", ['v:"true"', "v:true"]],
    ["a text and nothing in a set", ['v:"null"', "v:null"]],
    ["keys whose values hold what divides them", ['k:{"a":"1,b=2","b":"3"}', 'k:{"a":"1","b":"2,b=3"}']],
    ["a key that is a text and one that is a number", ['k:{"port":"80"}', 'k:{"port":80}']],
    ["a value that holds the end of a label", ['k:{"a":"x][=y"}', 'k:{"a":"x"}', 'v:"y"']],
  ])("%s", (_what, elements) => {
    const paths = leafPaths(compileMask(Object.fromEntries(elements.map((element) => [element, {}]))));
    expect(new Set(paths).size).toBe(elements.length);
  });

  test("and none holds what divides the lines of a fingerprint", () => {
    const [path = ""] = leafPaths(compileMask({ 'v:"a\\u0000true\\n"': {} }));
    expect(path).toBe('[="a\\u0000true\\n"]');
  });

  test("a member that only the prototype has is not there", () => {
    const values = valuesOf(compileMask({ "f:constructor": {}, "f:__proto__": {} }), {});
    expect([...values.values()]).toEqual(["absent", "absent"]);
  });
});
