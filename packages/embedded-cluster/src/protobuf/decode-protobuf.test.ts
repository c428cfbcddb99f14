import { expect, test } from "vitest";

import { decodeEnvelope, openEnvelope } from "./decode-protobuf.ts";
import { bytesField, envelope, message, varint, varintField } from "./testdata/write-message.ts";

const POD = { apiVersion: "v1", kind: "Pod" };
const read = (body: Uint8Array): unknown => decodeEnvelope(openEnvelope(body, POD));
const named = bytesField(1, bytesField(1, "a"));
const entry = (key: string, value: Uint8Array): Uint8Array => message(bytesField(1, key), value);

const readings: readonly (readonly [string, Uint8Array, unknown])[] = [
  [
    "takes the endpoint's kind where the envelope has none",
    envelope("", "", named),
    { ...POD, metadata: { name: "a" } },
  ],
  [
    "keeps only the type of a kind that nobody knows",
    envelope("x/v1", "Nix", named),
    { apiVersion: "x/v1", kind: "Nix" },
  ],
  [
    "leaves out fields that the type does not have, old groups too",
    envelope("v1", "Pod", message(varintField(77, 5), Uint8Array.of(0x4b, 0x08, 0x01, 0x4c), named)),
    { ...POD, metadata: { name: "a" } },
  ],
  [
    "merges a message that comes in two parts, and takes the last of two texts",
    envelope("v1", "Pod", message(named, bytesField(1, message(bytesField(3, "n"), bytesField(1, "b"))))),
    { ...POD, metadata: { name: "b", namespace: "n" } },
  ],
  [
    "reads maps of texts, an entry without a value as empty",
    envelope(
      "v1",
      "ConfigMap",
      message(bytesField(2, entry("k", bytesField(2, "v"))), bytesField(2, entry("e", message()))),
    ),
    { apiVersion: "v1", kind: "ConfigMap", data: { k: "v", e: "" } },
  ],
  [
    "reads bytes as base64",
    envelope("v1", "Secret", bytesField(2, entry("k", bytesField(2, Uint8Array.of(0, 255))))),
    { apiVersion: "v1", kind: "Secret", data: { k: "AP8=" } },
  ],
  [
    "reads negative numbers, and large ones exactly",
    envelope("v1", "Pod", bytesField(1, message(varintField(7, 2n ** 60n), varintField(10, -1)))),
    { ...POD, metadata: { generation: 2n ** 60n, deletionGracePeriodSeconds: -1 } },
  ],
  [
    "reads times without their fraction, and an empty one as none",
    envelope(
      "v1",
      "Pod",
      bytesField(
        1,
        message(bytesField(8, message()), bytesField(9, message(varintField(1, 86_400), varintField(2, 999)))),
      ),
    ),
    { ...POD, metadata: { creationTimestamp: null, deletionTimestamp: "1970-01-02T00:00:00Z" } },
  ],
  [
    "reads numbers packed into one field and those of a field each",
    envelope(
      "v1",
      "Pod",
      bytesField(2, bytesField(14, message(bytesField(4, message(varint(1), varint(300))), varintField(4, 7)))),
    ),
    { ...POD, spec: { securityContext: { supplementalGroups: [1, 300, 7] } } },
  ],
  [
    "puts what JSON knows inlined into its surroundings",
    envelope(
      "v1",
      "Pod",
      bytesField(2, bytesField(1, message(bytesField(1, "v"), bytesField(2, bytesField(2, message()))))),
    ),
    { ...POD, spec: { volumes: [{ name: "v", emptyDir: {} }] } },
  ],
];

test.each(readings)("%s", (_title, body, expected) => {
  expect(read(body)).toEqual(expected);
});

const refusals: readonly (readonly [string, Uint8Array, string])[] = [
  ["no bytes", message(), "empty data"],
  ["JSON", Buffer.from("{}"), "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]"],
  ["a cut envelope", envelope("v1", "Pod", named).subarray(0, 9), "unexpected EOF"],
  ["a cut message", envelope("v1", "Pod", named.subarray(0, 4)), "unexpected EOF"],
  ["a length beyond the end", envelope("v1", "Pod", Uint8Array.of(0x0a, 0x20, 1)), "unexpected EOF"],
  ["a number without an end", envelope("v1", "Pod", new Uint8Array(12).fill(0xff)), "proto: integer overflow"],
  ["field zero", envelope("v1", "Pod", Uint8Array.of(0, 0)), "proto: illegal tag 0 (wire type 0)"],
  ["an unknown wire type", envelope("v1", "Pod", Uint8Array.of(0x0f)), "proto: illegal wireType 7"],
];

test.each(refusals)("refuses %s", (_what, body, why) => {
  expect(() => read(body)).toThrow(why);
});
