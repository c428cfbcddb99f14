import { equal, match, ok } from "node:assert/strict";

import type { LiveObject, Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import type { Answer, Bench } from "../bench.ts";
import type { ContractCase } from "../contract-case.ts";
import { configMap, deployment, namespaceNamed, partOf, service, widget } from "../objects.ts";

const causesOf = (answer: Answer): readonly Value[] => {
  const details = answer.body["details"];
  const causes = isMap(details) ? details["causes"] : undefined;
  return Array.isArray(causes) ? causes : [];
};

interface ErrorRow {
  readonly id: string;
  readonly title: string;
  readonly provoke: (bench: Bench) => Promise<Answer>;
  readonly status: number;
  readonly errorClass: string;
  readonly message?: RegExp;
  readonly transcribed?: false;
}

const strict = { fieldManager: "someone", fieldValidation: "Strict" };
const changed = async (bench: Bench, object: LiveObject, patch: Value): Promise<Answer> => {
  equal((await bench.create(object)).status, 201);
  return bench.merge(object, patch);
};
const job = (name: string): LiveObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "j", image: "j:1" }] } } },
});
const none = (name: string, apiVersion = "none.example.com/v1"): LiveObject => ({
  apiVersion,
  kind: "None",
  metadata: { name },
});

/** Every class of packages/kube that a server gives by itself. */
const rows: readonly ErrorRow[] = [
  {
    id: "E01",
    title: "an apply of another's field is a conflict that names field and manager",
    provoke: async (b) => {
      await b.apply(configMap("e01"), { fieldManager: "owner" });
      return b.apply(configMap("e01", { key: "2" }), { fieldManager: "other" });
    },
    status: 409,
    errorClass: "CONFLICT",
    message: /^Apply failed with 1 conflict: conflict with "owner": \.data\.key$/,
  },
  {
    id: "E02",
    title: "an update of an older version is stale",
    provoke: async (b) => {
      const first = await b.create(configMap("e02"));
      await b.merge(configMap("e02"), { data: { key: "2" } });
      return b.put(first.body as LiveObject);
    },
    status: 409,
    errorClass: "STALE",
    message: /the object has been modified/,
  },
  {
    id: "E03",
    title: "a second create is stale",
    provoke: async (b) => {
      await b.create(configMap("e03"));
      return b.create(configMap("e03"));
    },
    status: 409,
    errorClass: "STALE",
    message: /^configmaps "e03" already exists$/,
  },
  {
    id: "E04",
    title: "a delete of another uid is stale",
    provoke: async (b) => {
      await b.create(configMap("e04"));
      const uid = "00000000-0000-0000-0000-000000000000";
      return b.remove(configMap("e04"), { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } });
    },
    status: 409,
    errorClass: "STALE",
  },
  {
    id: "E05",
    title: "a delete of another version is stale",
    provoke: async (b) => {
      await b.create(configMap("e05"));
      return b.remove(configMap("e05"), {
        apiVersion: "v1",
        kind: "DeleteOptions",
        preconditions: { resourceVersion: "1" },
      });
    },
    status: 409,
    errorClass: "STALE",
  },
  {
    id: "E06",
    title: "an apply that carries another uid is stale",
    provoke: async (b) => {
      await b.apply(configMap("e06"), { fieldManager: "owner" });
      const uid = "00000000-0000-0000-0000-000000000000";
      return b.apply(configMap("e06", { key: "2" }, { uid }), { fieldManager: "owner" });
    },
    status: 422,
    errorClass: "STALE",
  },
  {
    id: "E07",
    title: "a Deployment's selector is immutable",
    provoke: (b) =>
      changed(b, deployment("e07"), {
        spec: { selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } } } },
      }),
    status: 422,
    errorClass: "INVALID",
    message: /field is immutable/,
  },
  {
    id: "E08",
    title: "most of a StatefulSet is immutable",
    provoke: (b) =>
      changed(
        b,
        { ...deployment("e08", { replicas: 1, serviceName: "a" }), kind: "StatefulSet" },
        { spec: { serviceName: "b" } },
      ),
    status: 422,
    errorClass: "INVALID",
    message: /updates to statefulset spec for fields other than .* are forbidden/,
  },
  {
    id: "E09",
    title: "an immutable ConfigMap is immutable",
    provoke: (b) => changed(b, { ...configMap("e09"), immutable: true }, { data: { key: "2" } }),
    status: 422,
    errorClass: "INVALID",
    message: /field is immutable when `immutable` is set/,
  },
  {
    id: "E10",
    title: "a Secret's type is immutable",
    provoke: (b) =>
      changed(b, { apiVersion: "v1", kind: "Secret", metadata: { name: "e10" } }, { type: "example.com/x" }),
    status: 422,
    errorClass: "INVALID",
  },
  {
    id: "E11",
    title: "a Job's template is immutable",
    provoke: (b) =>
      changed(b, job("e11"), { spec: { template: { spec: { containers: [{ name: "j", image: "j:2" }] } } } }),
    status: 422,
    errorClass: "INVALID",
    message: /field is immutable/,
  },
  {
    id: "E12",
    title: "a claim's spec is immutable",
    provoke: (b) =>
      changed(
        b,
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "e12" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
        { spec: { accessModes: ["ReadWriteMany"] } },
      ),
    status: 422,
    errorClass: "INVALID",
  },
  {
    id: "E13",
    title: "a Service's address may not change once set, which is told in words of its own",
    provoke: (b) => changed(b, service("e13"), { spec: { clusterIP: "10.96.77.77", clusterIPs: ["10.96.77.77"] } }),
    status: 422,
    errorClass: "INVALID",
    message: /may not change once set/,
  },
  {
    id: "E14",
    title: "a custom resource's transition rule says immutable",
    provoke: (b) => changed(b, widget("e14", { fixed: "a" }), { spec: { fixed: "b" } }),
    status: 422,
    errorClass: "INVALID",
    message: /fixed is immutable/,
  },
  {
    id: "E15",
    title: "an object that breaks a rule is invalid and names the field",
    provoke: (b) => b.create(deployment("e15", { selector: { matchLabels: { app: "other" } } })),
    status: 422,
    errorClass: "INVALID",
    message: /spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template `labels`/,
  },
  {
    id: "E16",
    title: "an apply with an unknown field is invalid",
    provoke: (b) => b.apply(deployment("e16", { strange: 1 }), { fieldManager: "owner", fieldValidation: "Strict" }),
    status: 500,
    errorClass: "INVALID",
    message: /failed to create typed patch object .*\.spec\.strange: field not declared in schema/,
  },
  {
    id: "E17",
    title: "an apply with a key twice in a keyed list is invalid",
    provoke: (b) =>
      b.apply(
        deployment(
          "e17",
          {},
          {
            env: [
              { name: "A", value: "1" },
              { name: "A", value: "2" },
            ],
          },
        ),
        { fieldManager: "owner" },
      ),
    status: 500,
    errorClass: "INVALID",
    message: /duplicate entries for key \[name="A"\]/,
  },
  {
    id: "E18",
    title: "an apply with a number as text is invalid",
    provoke: (b) => b.apply(deployment("e18", {}, { ports: [{ containerPort: "80" }] }), { fieldManager: "owner" }),
    status: 500,
    errorClass: "INVALID",
    message: /expected numeric/,
  },
  {
    id: "E19",
    title: "a create with an unknown field is invalid where validation is strict",
    provoke: (b) => b.create({ ...configMap("e19"), strange: 1 }, strict),
    status: 400,
    errorClass: "INVALID",
    message: /strict decoding error: unknown field "strange"/,
  },
  {
    id: "E20",
    title: "a create with a field twice is invalid where validation is strict",
    provoke: (b) =>
      b.send(
        "POST",
        b.path(configMap("")),
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"e20"},"data":{"a":"1","a":"2"}}',
        { query: strict },
      ),
    status: 400,
    errorClass: "INVALID",
    message: /strict decoding error: duplicate field "data\.a"/,
  },
  {
    id: "E21",
    title: "a body that is no JSON is invalid",
    provoke: (b) => b.send("POST", b.path(configMap("")), '{"apiVersion":"v1",'),
    status: 400,
    errorClass: "INVALID",
  },
  {
    id: "E22",
    title: "a create of another kind than the path's is invalid",
    provoke: (b) => b.send("POST", b.path(configMap("")), { ...configMap("e22"), kind: "Secret" }),
    status: 400,
    errorClass: "INVALID",
  },
  {
    id: "E23",
    title: "a custom resource that breaks its schema is invalid",
    provoke: (b) => b.create(widget("e23", { size: 0 })),
    status: 422,
    errorClass: "INVALID",
    message: /spec\.size in body should be greater than or equal to 1/,
  },
  {
    id: "E24",
    title: "a webhook that does not answer is transient",
    provoke: (b) => denied(b, "e24", () => ({ message: "gone", kind: "unavailable" })),
    status: 500,
    errorClass: "TRANSIENT",
    message: /failed calling webhook "e24\.contract\.example\.com"/,
    transcribed: false,
  },
  {
    id: "E25",
    title: "a webhook's no is a denial",
    provoke: (b) => denied(b, "e25", () => ({ message: "not on my watch" })),
    status: 400,
    errorClass: "DENIED",
    message: /^admission webhook "e25\.contract\.example\.com" denied the request: not on my watch$/,
  },
  {
    id: "E26",
    title: "a webhook's no with a code of its own is a denial",
    provoke: (b) => denied(b, "e26", () => ({ message: "odd", code: 422 })),
    status: 422,
    errorClass: "DENIED",
    message: /^admission webhook "e26\.contract\.example\.com" denied the request: odd$/,
  },
  {
    id: "E27",
    title: "a webhook's no to a delete is a denial",
    provoke: async (b) => {
      await b.create(configMap("e27"));
      return denied(b, "e27", (operation) => (operation === "DELETE" ? { message: "stays" } : undefined), "DELETE");
    },
    status: 400,
    errorClass: "DENIED",
    message: /denied the request: stays/,
  },
  {
    id: "E28",
    title: "a group that is not served is an unknown kind, as text",
    provoke: (b) => b.send("GET", b.path(none("x"))),
    status: 404,
    errorClass: "KIND_UNKNOWN",
    message: /^404 page not found$/,
  },
  {
    id: "E29",
    title: "a version that is not served is an unknown kind",
    provoke: (b) => b.send("GET", b.path(none("x", "apps/v9"))),
    status: 404,
    errorClass: "KIND_UNKNOWN",
  },
  {
    id: "E30",
    title: "a resource that its group does not have is an unknown kind",
    provoke: (b) => b.send("GET", b.path(none("x", "apps/v1"))),
    status: 404,
    errorClass: "KIND_UNKNOWN",
  },
  {
    id: "E31",
    title: "a resource that a custom group does not have is an unknown kind, as text",
    provoke: (b) => b.send("GET", b.path(none("x", "contract.example.com/v1"))),
    status: 404,
    errorClass: "KIND_UNKNOWN",
    message: /^404 page not found$/,
  },
  {
    id: "E32",
    title: "a write into a namespace that is not there misses the namespace",
    provoke: (b) => b.send("POST", "/api/v1/namespaces/nowhere/configmaps", configMap("e32")),
    status: 404,
    errorClass: "NAMESPACE_MISSING",
    message: /^namespaces "nowhere" not found$/,
  },
  {
    id: "E33",
    title: "an apply into a namespace that is not there misses the namespace",
    provoke: (b) =>
      b.send("PATCH", "/api/v1/namespaces/nowhere/configmaps/e33", configMap("e33"), {
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      }),
    status: 404,
    errorClass: "NAMESPACE_MISSING",
  },
  {
    id: "E34",
    title: "an object that is not there is not found",
    provoke: (b) => b.get(configMap("e34")),
    status: 404,
    errorClass: "NOT_FOUND",
    message: /^configmaps "e34" not found$/,
  },
  {
    id: "E35",
    title: "a delete of an object that is not there is not found",
    provoke: (b) => b.remove(configMap("e35")),
    status: 404,
    errorClass: "NOT_FOUND",
  },
  {
    id: "E36",
    title: "a create in a namespace that goes is refused with its cause",
    provoke: async (b) => {
      const name = `${b.namespace}-goes`;
      await b.create({ ...namespaceNamed(name), metadata: { name, finalizers: ["contract.example.com/hold"] } });
      await b.remove(namespaceNamed(name));
      return b.send("POST", `/api/v1/namespaces/${name}/configmaps`, configMap("e36"));
    },
    status: 403,
    errorClass: "NAMESPACE_TERMINATING",
    message: /because it is being terminated/,
  },
  {
    id: "E38",
    title: "what a user may not do is forbidden",
    provoke: async (b) => {
      const eve = await b.target.as("eve", [{ verbs: ["get"], group: "", resource: "configmaps" }]);
      return b.send("GET", b.path(configMap("")), undefined, { through: eve });
    },
    status: 403,
    errorClass: "FORBIDDEN",
    message:
      /^configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "/,
  },
  {
    id: "E39",
    title: "a write that a user may not make is forbidden and names the object",
    provoke: async (b) => {
      const eve = await b.target.as("eve", [{ verbs: ["get"], group: "", resource: "configmaps" }]);
      return b.send("PATCH", b.path(deployment("e39")), deployment("e39"), {
        through: eve,
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      });
    },
    status: 403,
    errorClass: "FORBIDDEN",
    message:
      /^deployments\.apps "e39" is forbidden: User "eve" cannot patch resource "deployments" in API group "apps"/,
  },
  {
    id: "E40",
    title: "annotations over 256 KiB are too large",
    provoke: (b) => b.create(configMap("e40", {}, { annotations: { big: "x".repeat(262_200) } }), {}, { quiet: true }),
    status: 422,
    errorClass: "TOO_LARGE",
    message: /metadata\.annotations: Too long/,
  },
  {
    id: "E41",
    title: "a body over 3 MiB is too large",
    provoke: (b) => b.create(configMap("e41", { big: "x".repeat(3_300_000) }), {}, { quiet: true }),
    status: 413,
    errorClass: "TOO_LARGE",
  },
  {
    id: "E42",
    title: "a media type that is not known is an older server's answer to an apply",
    provoke: (b) => b.send("PATCH", b.path(configMap("e42")), {}, { type: "application/unknown-patch+json" }),
    status: 415,
    errorClass: "LEGACY",
  },
  {
    id: "E43",
    title: "a strategic merge patch of a custom resource is not supported",
    provoke: async (b) => {
      await b.create(widget("e43", {}));
      return b.strategic(widget("e43", {}), { spec: { size: 2 } });
    },
    status: 415,
    errorClass: "LEGACY",
  },
  {
    id: "E44",
    title: "a version of a resource that is no number is invalid",
    provoke: (b) => b.send("GET", b.path(configMap("")), undefined, { query: { resourceVersion: "x" } }),
    status: 400,
    errorClass: "INVALID",
  },
  {
    id: "E45",
    title: "a verb that a collection does not have is not allowed",
    provoke: (b) => b.send("PUT", b.path(configMap("")), configMap("e45")),
    status: 405,
    errorClass: "PROTOCOL",
  },
];

/** Writes (or deletes) a ConfigMap while a validating hook answers so. */
const denied = async (
  bench: Bench,
  id: string,
  review: (operation: string) => ReturnType<Parameters<Bench["target"]["hook"]>[0]["review"]>,
  act: "CREATE" | "DELETE" = "CREATE",
): Promise<Answer> => {
  const remove = await bench.target.hook({
    name: `${id}.contract.example.com`,
    kind: "validating",
    namespace: bench.namespace,
    review: ({ operation }) => review(operation),
  });
  try {
    return await (act === "DELETE" ? bench.remove(configMap(id)) : bench.create(configMap(id)));
  } finally {
    await remove();
  }
};

const caseOf = (row: ErrorRow): ContractCase => ({
  id: row.id,
  title: `${row.title}: ${row.errorClass}`,
  ...(row.transcribed === false ? { transcribed: false } : {}),
  run: async (bench) => {
    const answer = await row.provoke(bench);
    equal(answer.status, row.status, `${answer.status} ${answer.message}`);
    equal(answer.errorClass, row.errorClass, answer.message);
    if (row.message !== undefined) match(answer.message, row.message);
    if (row.errorClass === "CONFLICT") {
      const [cause] = causesOf(answer);
      ok(isMap(cause) && cause["reason"] === "FieldManagerConflict" && cause["field"] === ".data.key");
    }
  },
});

export const errorCases: readonly ContractCase[] = [
  ...rows.map(caseOf),
  {
    id: "E46",
    title: "credentials that are not known are no access: AUTH",
    needsCredentials: true,
    run: async (bench) => {
      const answer = await bench.target.stranger("/api/v1/namespaces");
      equal(answer?.status, 401);
      match(answer?.body.toString("utf8") ?? "", /"reason":"Unauthorized"/);
    },
  },
  {
    id: "E47",
    title: "a part of an object is a partial body under an apply's identity check: the name must be the path's",
    run: async (bench) => {
      const object = partOf(configMap("e47"), { data: { a: "1" } });
      const answer = await bench.send("PATCH", bench.path(configMap("other")), object, {
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      });
      equal(answer.status, 400);
      equal(answer.errorClass, "INVALID");
    },
  },
];
