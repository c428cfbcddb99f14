import { equal, match } from "node:assert/strict";

import type { LiveObject } from "@evenkeel/embedded-cluster";
import type { Answer, Bench } from "../bench.ts";
import { casesOf, refused } from "../contract-case.ts";
import { configMap, deployment, namespaceNamed } from "../objects.ts";

const none = (name: string, apiVersion = "none.example.com/v1"): LiveObject => ({
  apiVersion,
  kind: "None",
  metadata: { name },
});

/** Refusals by webhooks, by places that are not there, and by rights. */
export const denialCases = casesOf({
  "E24 a webhook that does not answer is transient: TRANSIENT": {
    transcribed: false,
    run: (b) =>
      refused(
        denied(b, "e24", () => ({ message: "gone", kind: "unavailable" })),
        500,
        "TRANSIENT",
        /failed calling webhook "e24\.contract\.example\.com"/,
      ),
  },
  "E25 a webhook's no is a denial: DENIED": (b) =>
    refused(
      denied(b, "e25", () => ({ message: "not on my watch" })),
      400,
      "DENIED",
      /^admission webhook "e25\.contract\.example\.com" denied the request: not on my watch$/,
    ),
  "E26 a webhook's no with a code of its own is a denial: DENIED": (b) =>
    refused(
      denied(b, "e26", () => ({ message: "odd", code: 422 })),
      422,
      "DENIED",
      /^admission webhook "e26\.contract\.example\.com" denied the request: odd$/,
    ),
  "E27 a webhook's no to a delete is a denial: DENIED": async (b) => {
    await b.create(configMap("e27"));
    await refused(
      denied(b, "e27", (operation) => (operation === "DELETE" ? { message: "stays" } : undefined), "DELETE"),
      400,
      "DENIED",
      /denied the request: stays/,
    );
  },
  "E28 a group that is not served is an unknown kind, as text: KIND_UNKNOWN": (b) =>
    refused(b.send("GET", b.path(none("x"))), 404, "KIND_UNKNOWN", /^404 page not found$/),
  "E29 a version that is not served is an unknown kind: KIND_UNKNOWN": (b) =>
    refused(b.send("GET", b.path(none("x", "apps/v9"))), 404, "KIND_UNKNOWN"),
  "E30 a resource that its group does not have is an unknown kind: KIND_UNKNOWN": (b) =>
    refused(b.send("GET", b.path(none("x", "apps/v1"))), 404, "KIND_UNKNOWN"),
  "E31 a resource that a custom group does not have is an unknown kind, as text: KIND_UNKNOWN": (b) =>
    refused(b.send("GET", b.path(none("x", "contract.example.com/v1"))), 404, "KIND_UNKNOWN", /^404 page not found$/),
  "E32 a write into a namespace that is not there misses the namespace: NAMESPACE_MISSING": (b) =>
    refused(
      b.send("POST", "/api/v1/namespaces/nowhere/configmaps", configMap("e32")),
      404,
      "NAMESPACE_MISSING",
      /^namespaces "nowhere" not found$/,
    ),
  "E33 an apply into a namespace that is not there misses the namespace: NAMESPACE_MISSING": (b) =>
    refused(
      b.send("PATCH", "/api/v1/namespaces/nowhere/configmaps/e33", configMap("e33"), {
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      }),
      404,
      "NAMESPACE_MISSING",
    ),
  "E34 an object that is not there is not found: NOT_FOUND": (b) =>
    refused(b.get(configMap("e34")), 404, "NOT_FOUND", /^configmaps "e34" not found$/),
  "E35 a delete of an object that is not there is not found: NOT_FOUND": (b) =>
    refused(b.remove(configMap("e35")), 404, "NOT_FOUND"),
  "E36 a create in a namespace that goes is refused with its cause: NAMESPACE_TERMINATING": async (b) => {
    const name = `${b.namespace}-goes`;
    await b.create({ ...namespaceNamed(name), metadata: { name, finalizers: ["contract.example.com/hold"] } });
    await b.remove(namespaceNamed(name));
    await refused(
      b.send("POST", `/api/v1/namespaces/${name}/configmaps`, configMap("e36")),
      403,
      "NAMESPACE_TERMINATING",
      /because it is being terminated/,
    );
  },
  "E38 what a user may not do is forbidden: FORBIDDEN": async (b) => {
    const eve = await b.target.as("eve", [{ verbs: ["get"], group: "", resource: "configmaps" }]);
    await refused(
      b.send("GET", b.path(configMap("")), undefined, { through: eve }),
      403,
      "FORBIDDEN",
      /^configmaps is forbidden: User "eve" cannot list resource "configmaps" in API group "" in the namespace "/,
    );
  },
  "E39 a write that a user may not make is forbidden and names the object: FORBIDDEN": async (b) => {
    const eve = await b.target.as("eve", [{ verbs: ["get"], group: "", resource: "configmaps" }]);
    await refused(
      b.send("PATCH", b.path(deployment("e39")), deployment("e39"), {
        through: eve,
        type: "application/apply-patch+yaml",
        query: { fieldManager: "a" },
      }),
      403,
      "FORBIDDEN",
      /^deployments\.apps "e39" is forbidden: User "eve" cannot patch resource "deployments" in API group "apps"/,
    );
  },
  "E46 credentials that are not known are no access: AUTH": {
    needsCredentials: true,
    run: async (bench) => {
      const answer = await bench.target.stranger("/api/v1/namespaces");
      equal(answer?.status, 401);
      match(answer?.body.toString("utf8") ?? "", /"reason":"Unauthorized"/);
    },
  },
});

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
