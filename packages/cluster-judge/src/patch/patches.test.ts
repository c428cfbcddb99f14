import { canonicalJson, parseJson } from "@evenkeel/resource";
import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { beforeAll, describe, expect, test } from "vitest";

import { judgedText } from "../differential/not-judged.ts";
import { randomFrom } from "../differential/random.ts";
import { asJson, copyOf, type LiveObject, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { DecodeFailed } from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import { type Ask, askServer } from "../managed/ask-server.fixture.ts";
import { builtinModel } from "@evenkeel/embedded-cluster/internals/schema/builtin-model";
import { ConversionFailed } from "@evenkeel/embedded-cluster/internals/schema/merged-object";
import { goJsonText } from "@evenkeel/embedded-cluster/internals/patch/go-json-text";
import { goPrint } from "@evenkeel/embedded-cluster/internals/patch/go-print";
import { applyJsonPatch } from "@evenkeel/embedded-cluster/internals/patch/json-patch";
import { applyMergePatch } from "@evenkeel/embedded-cluster/internals/patch/merge-patch";
import { invalidPatch, PatchFailed } from "@evenkeel/embedded-cluster/internals/patch/patch-failed";
import { applyStrategicMergePatch } from "@evenkeel/embedded-cluster/internals/patch/strategic-merge-patch";
import { randomJsonPatch, randomMergePatch } from "./random-patch.ts";

const PATCHES = 40;
const pod = {
  containers: [
    { name: "a", image: "a" },
    { name: "b", image: "b", args: ["x"], ports: [{ containerPort: 80 }] },
  ],
};
const template = { metadata: { labels: { a: "b" } }, spec: pod };

const subjects: Readonly<Record<string, readonly [group: string, version: string, plural: string, body: ValueMap]>> = {
  ConfigMap: ["", "v1", "configmaps", { data: { a: "1", b: "2" }, binaryData: { c: "YQ==" } }],
  Deployment: ["apps", "v1", "deployments", { spec: { selector: { matchLabels: { a: "b" } }, template } }],
  Service: [
    "",
    "v1",
    "services",
    {
      spec: {
        ports: [
          { name: "x", port: 80 },
          { name: "y", port: 81 },
        ],
        selector: { a: "b" },
      },
    },
  ],
  Role: [
    "rbac.authorization.k8s.io",
    "v1",
    "roles",
    { rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }] },
  ],
  NetworkPolicy: [
    "networking.k8s.io",
    "v1",
    "networkpolicies",
    { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
  ],
};
/** The server fills in nothing here, so the result itself is compared. */
const plain = new Set(["ConfigMap", "Role"]);

type PatchKind = "json" | "merge" | "strategic-merge";
type Outcome = { readonly refusal: readonly [status: number, message: string] } | { readonly object: LiveObject };

/** What the patch makes of the document, as the server goes about it. */
const outcomeOf = (
  kind: PatchKind,
  model: ReturnType<typeof builtinModel>,
  live: LiveObject,
  patch: Value,
): Outcome => {
  const document = copyOf(live);
  let quoted = (): string => "";
  try {
    if (kind === "strategic-merge") {
      const merged = applyStrategicMergePatch(document, patch, model.type, model.table);
      quoted = () => goPrint(patch);
      return { object: model.readMerged(merged).object };
    }
    const patched = kind === "json" ? applyJsonPatch(document, patch) : applyMergePatch(document, patch);
    quoted = () => goJsonText(patched);
    return { object: model.decode(patched).object };
  } catch (error) {
    if (error instanceof PatchFailed) return { refusal: [error.status, error.message] };
    if (!(error instanceof DecodeFailed) && !(error instanceof ConversionFailed)) throw error;
    const why = error.message.replace(/^\S+ in version "\S+" cannot be handled as a \S+: /, "");
    return { refusal: [422, invalidPatch(quoted(), why).message] };
  }
};

/** A null among the items of some lists makes the server panic and hang up: nothing to compare. */
const panicked = (error: unknown): undefined => {
  if (!(error instanceof Error) || !error.message.includes("socket hang up")) throw error;
};

const withoutOwners = (object: LiveObject): ValueMap => {
  const { managedFields: _managedFields, generation: _generation, ...metadata } = object.metadata;
  return { ...object, metadata };
};

describe.skipIf(!controlPlaneAvailable)("random patches on a real API server", { timeout: 120_000 }, () => {
  let ask: Ask;
  beforeAll(async () => {
    ask = askServer(await sharedControlPlane());
  }, 60_000);

  const rows = Object.keys(subjects).flatMap((name) =>
    (["json", "merge", "strategic-merge"] as const).map((kind) => [kind, name] as const),
  );
  test.each(rows)("%s patches of a %s end as on the server", async (kind, name) => {
    const [group, version, plural, body] = subjects[name]!;
    const model = builtinModel({ group, version, kind: name });
    const path = `${group === "" ? "/api" : `/apis/${group}`}/${version}/namespaces/default/${plural}`;
    const ownName = `${kind}-${name.toLowerCase()}`;
    const live = await ask("POST", path, { ...body, metadata: { name: ownName } });
    expect(live.status).toBe(201);
    // In the order of the server's fields, which errors quote.
    const { object } = model.decode(live.body);
    const random = randomFrom(name.length);
    for (let count = 0; count < PATCHES; count += 1) {
      const made =
        kind === "json"
          ? randomJsonPatch(random, object)
          : randomMergePatch(random, model.type, object, kind === "strategic-merge");
      const patch = parseJson(canonicalJson(asJson(made))) as Value;
      const target = `${path}/${ownName}?dryRun=All`;
      const answer = await ask("PATCH", target, patch, `application/${kind}-patch+json`).catch(panicked);
      if (answer === undefined) continue;
      const outcome = outcomeOf(kind, model, object, copyOf(patch));
      const shown = canonicalJson(asJson(patch));
      if ("refusal" in outcome) {
        const [status, why] = outcome.refusal;
        const told = String(answer.body["message"] as string);
        expect([answer.status, judgedText(told)], shown).toEqual([status, judgedText(why)]);
      } else if (answer.status !== 200)
        expect(answer.body["message"], shown).not.toMatch(/^ ""|^json:|rejected our request/);
      else if (plain.has(name)) {
        model.asStored?.(outcome.object); // an answer has gone through storage
        expect(withoutOwners(answer.body), shown).toEqual(withoutOwners(outcome.object));
      }
    }
  });
});
