import { parseJson } from "@evenkeel/resource";
import type { KubeTransport } from "@evenkeel/kube";
import { eventually } from "@evenkeel/testing";

import { openMask } from "../differential/mask.ts";
import { isMap, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { fieldsOf, structsOf, textOf } from "@evenkeel/embedded-cluster/internals/kinds/validation/read-value";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const gadgets = "/apis/life.evenkeel.test/v1/namespaces/default/gadgets";
const merge = "application/merge-patch+json";
const apply = "application/apply-patch+yaml";

interface Answer {
  readonly status: number;
  readonly body: ValueMap;
}

const schemaWith = (fields: ValueMap): ValueMap => ({
  openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: fields } } },
});

const text = { type: "string" };
const set = { type: "array", "x-kubernetes-list-type": "set", items: text };

const definition = (plural: string, names: ValueMap): ValueMap => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.life.evenkeel.test` },
  spec: {
    group: "life.evenkeel.test",
    scope: "Namespaced",
    names: { plural, ...names },
    versions: [
      { name: "v1", served: true, storage: true, schema: schemaWith({ a: text, n: { type: "integer" }, l: set }) },
    ],
  },
});

const gadget = (name: string, spec: ValueMap): ValueMap => ({
  apiVersion: "life.evenkeel.test/v1",
  kind: "Gadget",
  metadata: { name },
  spec,
});

const conditionIn = (crd: ValueMap, type: string): string => {
  const conditions = structsOf(fieldsOf(crd["status"])["conditions"]);
  return textOf(conditions.find((condition) => condition["type"] === type)?.["reason"]);
};

/** Plays the life of a CRD, its objects and a rival for its names to one server, and returns all that was told, masked. */
export const playCrdLife = async (transport: KubeTransport, signal: AbortSignal): Promise<readonly Value[]> => {
  const history = openMask();
  const told: Value[] = [];
  const send = async (
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: Value,
    type = "application/json",
  ): Promise<Answer> => {
    const headers = { "content-type": type };
    const sent =
      body === undefined ? { method, path } : { method, path, headers, body: Buffer.from(JSON.stringify(body)) };
    const answer = await transport.request(sent, signal);
    const read = answer.body.toString("utf8");
    const parsed = read.startsWith("{") ? (parseJson(read) as Value) : { text: read };
    return { status: answer.status, body: isMap(parsed) ? parsed : {} };
  };
  const tell = async (step: string, ...request: Parameters<typeof send>): Promise<Answer> => {
    const answer = await send(...request);
    told.push(history.mask({ step, status: answer.status, body: answer.body }));
    return answer;
  };
  const until = (path: string, holds: (answer: Answer) => boolean): Promise<unknown> =>
    eventually(async () => holds(await send("GET", path)), { timeoutMs: 20_000, signal });
  const redefine = async (step: string, fields: ValueMap): Promise<void> => {
    const { body } = await send("GET", `${crds}/gadgets.life.evenkeel.test`);
    const version = structsOf(fieldsOf(body["spec"])["versions"])[0];
    if (version !== undefined) version["schema"] = schemaWith(fields);
    await tell(step, "PUT", `${crds}/gadgets.life.evenkeel.test?fieldManager=me`, body);
  };

  await tell(
    "create",
    "POST",
    `${crds}?fieldManager=me`,
    definition("gadgets", { kind: "Gadget", shortNames: ["gd"] }),
  );
  await until(gadgets, ({ status }) => status === 200);
  await tell("established", "GET", `${crds}/gadgets.life.evenkeel.test`);
  const spec = { a: "1", n: 1, l: ["p"] };
  await tell("apply", "PATCH", `${gadgets}/x?fieldManager=one`, gadget("x", spec), apply);
  await tell("share", "PATCH", `${gadgets}/x?fieldManager=two`, gadget("x", { l: ["q"] }), apply);

  await redefine("add a default", { a: text, n: { type: "integer" }, l: set, d: { type: "string", default: "dd" } });
  await until(`${gadgets}/x`, ({ body }) => fieldsOf(body["spec"])["d"] === "dd");
  await tell("read the default", "GET", `${gadgets}/x`);
  await tell("apply again", "PATCH", `${gadgets}/x?fieldManager=one`, gadget("x", spec), apply);

  await redefine("remove an owned field", { a: text, l: set });
  await until(`${gadgets}/x`, ({ body }) => fieldsOf(body["spec"])["n"] === undefined && isMap(body["spec"]));
  await tell("read without it", "GET", `${gadgets}/x`);
  await tell("apply with it", "PATCH", `${gadgets}/x?fieldManager=one`, gadget("x", spec), apply);
  await tell("apply without it", "PATCH", `${gadgets}/x?fieldManager=one`, gadget("x", { a: "1", l: ["p"] }), apply);

  await tell("rival", "POST", `${crds}?fieldManager=me`, definition("gizmos", { kind: "Gadget" }));
  const rival = `${crds}/gizmos.life.evenkeel.test`;
  await until(rival, ({ body }) => conditionIn(body, "NamesAccepted") !== "");
  await tell("rival refused", "GET", rival);

  await tell("hold", "PATCH", `${gadgets}/x?fieldManager=two`, { metadata: { finalizers: ["a.b/c"] } }, merge);
  await tell("delete", "DELETE", `${crds}/gadgets.life.evenkeel.test`);
  await until(
    `${crds}/gadgets.life.evenkeel.test`,
    ({ body }) => conditionIn(body, "Terminating") === "InstanceDeletionInProgress",
  );
  await until(`${gadgets}/x`, ({ body }) => fieldsOf(body["metadata"])["deletionTimestamp"] !== undefined);
  await tell("dying", "GET", `${crds}/gadgets.life.evenkeel.test`);
  await tell("create while dying", "POST", gadgets, gadget("y", {}));
  await tell("let go", "PATCH", `${gadgets}/x?fieldManager=two`, { metadata: { finalizers: null } }, merge);
  await until(`${crds}/gadgets.life.evenkeel.test`, ({ status }) => status === 404);
  await until(rival, ({ body }) => conditionIn(body, "Established") === "InitialNamesAccepted");
  await tell("rival accepted", "GET", rival);
  return told;
};
