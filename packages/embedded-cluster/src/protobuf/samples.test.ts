import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { parseJson } from "@evenkeel/resource";
import { expect, test } from "vitest";

import type { Value } from "../json.ts";
import { type BuiltinModel, builtinModel, modelOfType } from "../schema/builtin-model.ts";
import { builtinKinds } from "../schema/builtin-table.ts";
import { decodeEnvelope, openEnvelope } from "./decode-protobuf.ts";

interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly protobuf: string;
  readonly json: Value;
}

const BODIES: Readonly<Record<string, string>> = {
  DeleteOptions: "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions",
  Eviction: "io.k8s.api.policy.v1.Eviction",
  Scale: "io.k8s.api.autoscaling.v1.Scale",
};

const modelOf = ({ apiVersion, kind }: Sample): BuiltinModel => {
  const [group, version] = apiVersion.includes("/") ? (apiVersion.split("/") as [string, string]) : ["", apiVersion];
  const body = BODIES[kind];
  return body === undefined ? builtinModel({ group, version, kind }) : modelOfType(body, kind, version);
};

/** Written by Go's own serializers (scripts/generate-type-table). */
const samples = gunzipSync(readFileSync(new URL("testdata/samples.jsonl.gz", import.meta.url)))
  .toString("utf8")
  .trim()
  .split("\n")
  .map((line) => parseJson(line) as unknown as Sample);

test("reads what Go wrote of every kind as the JSON that Go makes of it", () => {
  expect(new Set(samples.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)).size).toBe(
    builtinKinds.length + Object.keys(BODIES).length,
  );
  for (const sample of samples) {
    const model = modelOf(sample);
    const document = decodeEnvelope(openEnvelope(Buffer.from(sample.protobuf, "base64"), { apiVersion: "", kind: "" }));
    const read = model.decode(document);
    expect({ kind: sample.kind, ...read }).toEqual({
      kind: sample.kind,
      object: model.decode(sample.json).object,
      strictErrors: [],
    });
  }
});
