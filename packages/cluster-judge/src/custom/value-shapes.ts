import type { Value } from "@evenkeel/embedded-cluster/internals/json";

/** One CRD in short: its names, and what its only version says. */
export interface Shape {
  readonly plural: string;
  readonly kind: string;
  readonly schema: Value;
  readonly subresources?: Value;
}

export const scalars: Shape = {
  plural: "scalars",
  kind: "Scalar",
  schema: {
    type: "object",
    required: ["spec"],
    properties: {
      spec: {
        type: "object",
        required: ["name", "size"],
        minProperties: 3,
        maxProperties: 8,
        properties: {
          name: { type: "string", minLength: 1, maxLength: 5, pattern: "^[a-z]+$" },
          size: { type: "integer", format: "int32", minimum: 1, maximum: 10, multipleOf: 2 },
          big: { type: "integer", format: "int64", exclusiveMinimum: true, minimum: 0 },
          plain: { type: "integer", enum: [1, 2, 3] },
          odd: { type: "integer", maximum: 2.5 },
          ratio: { type: "number", format: "float", exclusiveMaximum: true, maximum: 1.5, multipleOf: 0.5 },
          wide: { type: "number", format: "double", enum: [1, 2.5] },
          on: { type: "boolean", default: true },
          mode: { type: "string", enum: ["a", "b", ""], default: "a" },
          nothing: { type: "string", nullable: true, default: "x" },
          either: { "x-kubernetes-int-or-string": true, pattern: "^[0-9]+%$", maximum: 100 },
        },
      },
    },
  },
};

const formatNames = [
  "date",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "cidr",
  "mac",
  "uri",
  "uuid",
  "uuid4",
  "byte",
  "password",
  "hexcolor",
  "rgbcolor",
  "isbn",
  "creditcard",
  "ssn",
  "bsonobjectid",
  "k8s-short-name",
  "k8s-long-name",
  "unheard-of",
];

export const formats: Shape = {
  plural: "formats",
  kind: "Format",
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: Object.fromEntries(
          formatNames.map((format) => [format.replaceAll("-", ""), { type: "string", format }]),
        ),
      },
    },
  },
};

export const junctors: Shape = {
  plural: "junctors",
  kind: "Junctor",
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          any: { type: "string", anyOf: [{ minLength: 4 }, { pattern: "^x" }, { enum: ["q"] }] },
          one: { type: "integer", oneOf: [{ maximum: 3 }, { minimum: 2 }, { enum: [9] }] },
          all: { type: "string", allOf: [{ minLength: 2 }, { pattern: "a$" }] },
          none: { type: "string", not: { pattern: "bad" } },
          choice: {
            type: "object",
            properties: { a: { type: "string" }, b: { type: "string" }, c: { type: "integer" } },
            oneOf: [{ required: ["a"] }, { required: ["b"] }],
            anyOf: [{ required: ["c"] }, { properties: { a: { minLength: 2 } } }],
          },
          percent: {
            "x-kubernetes-int-or-string": true,
            anyOf: [{ type: "integer" }, { type: "string" }],
            pattern: "%$",
          },
        },
      },
    },
  },
};
