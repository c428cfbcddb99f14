import { deepEqual, equal, match, ok } from "node:assert/strict";

import { valueAt } from "../../differential/pointer.ts";
import type { Answer } from "../bench.ts";
import { casesOf } from "../contract-case.ts";
import { configMap, deployment, partOf } from "../objects.ts";
import { ownedBy, versionOf, a } from "../ownership.ts";

/** What an apply may say, and how it is read. */
export const applyRequestCases = casesOf({
  "A17 a dry-run answers like the act and leaves no trace": async (s) => {
    const dry = await s.apply(configMap("a17"), { ...a, dryRun: "All" });
    equal(dry.status, 201);
    equal((await s.get(configMap("a17"))).status, 404);
    const made = await s.apply(configMap("a17"), a);
    const changed = await s.apply(configMap("a17", { key: "2" }), { ...a, dryRun: "All" });
    equal(valueAt(changed.body, "/data/key"), "2");
    equal(versionOf(changed), versionOf(made));
    deepEqual((await s.get(configMap("a17"))).body, made.body);
  },
  "A18 an apply needs a field manager": async (s) => {
    const refused = await s.send("PATCH", s.path(configMap("a18")), configMap("a18"), {
      type: "application/apply-patch+yaml",
    });
    equal(refused.status, 422);
    match(refused.message, /fieldManager: Required value: is required for apply patch/);
  },
  "A19 an apply must not carry managedFields": async (s) => {
    const refused = await s.apply(configMap("a19", {}, { managedFields: [{ manager: "x" }] }), a);
    equal(refused.status, 400);
    match(refused.message, /metadata.managedFields must be nil/);
  },
  "A20 an apply to the status is an entry of its own, and takes nothing else": async (s) => {
    await s.apply(deployment("a20"), a);
    const object = partOf(deployment("a20"), { spec: { replicas: 9 }, status: { replicas: 3 } });
    const written = await s.apply(object, { fieldManager: "a" }, "status");
    equal(written.status, 200, written.message);
    equal(valueAt(written.body, "/spec/replicas"), 1);
    equal(valueAt(written.body, "/status/replicas"), 3);
    deepEqual(ownedBy(written, "a", "Apply", "status"), { "f:status": { "f:replicas": {} } });
    ok(valueAt(ownedBy(written, "a"), "/f:spec/f:replicas"));
  },
  "A21 null and empty leaves: what an entry keeps of them": async (s) => {
    const made = await s.apply(
      { ...configMap("a21"), data: {}, metadata: { name: "a21", annotations: {}, labels: null } },
      a,
    );
    equal(made.status, 201, made.message);
    const other = await s.merge(configMap("a21"), {
      metadata: { annotations: { theirs: "x" } },
      data: { theirs: "x" },
    });
    equal(other.status, 200);
    const again = await s.apply(
      { ...configMap("a21"), data: {}, metadata: { name: "a21", annotations: {}, labels: null } },
      a,
    );
    equal(valueAt(again.body, "/data/theirs"), "x");
  },
  "A22 a body is read as YAML: what JSON escapes survives": async (s) => {
    const send = (name: string, text: string): Promise<Answer> =>
      s.send(
        "PATCH",
        s.path(configMap(name)),
        `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"data":{"k":"${text}"}}`,
        {
          type: "application/apply-patch+yaml",
          query: a,
        },
      );
    equal(valueAt((await send("a22-a", "x\\u0085y")).body, "/data/k"), "x\u0085y");
    equal(valueAt((await send("a22-f", "😀")).body, "/data/k"), "😀");
  },
  "A23 a body may be YAML in its own form": async (s) => {
    const text =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a23\n  labels: {x: 'y'}\ndata:\n  key: |\n    two\n    lines\n";
    const made = await s.send("PATCH", s.path(configMap("a23")), text, {
      type: "application/apply-patch+yaml",
      query: a,
    });
    equal(made.status, 201, made.message);
    deepEqual(made.body["data"], { key: "two\nlines\n" });
  },
  "A27 an apply that carries another resourceVersion is stale": async (s) => {
    const made = await s.apply(configMap("a27"), a);
    const old = String(versionOf(made) as string);
    await s.apply(configMap("a27", { key: "2" }), a);
    const refused = await s.apply(configMap("a27", { key: "3" }, { resourceVersion: old }), a);
    equal(refused.status, 409);
    equal(refused.errorClass, "STALE");
  },
});
