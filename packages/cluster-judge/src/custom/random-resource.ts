import { isMap, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import type { CustomSchema } from "@evenkeel/embedded-cluster/internals/custom/custom-schema";

/** Between 0 and 1, from a seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Random = () => number;

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const texts = ["a", "ab", "xa", "abc", "bad", "abcdefg", "", "5%", "12", "x", "q", "é<&>", "A_b", "http"];
const samples: Readonly<Record<string, readonly string[]>> = {
  date: ["2024-02-29", "2023-02-29", "2024-1-1", "x"],
  "date-time": ["2024-01-01T00:00:00Z", "2024-01-01t10:00:00+02:00", "2024-01-01", "2024-01-01T25:00:00Z"],
  duration: ["1s", "1h2m", "3 days", "1.5h", "x", "10", "0"],
  email: ["a@b.c", "a@b", "x", "a b@c.d"],
  hostname: ["a.example.com", "-a", "a_b", "x.1"],
  ipv4: ["1.2.3.4", "01.2.3.4", "1.2.3", "::1"],
  ipv6: ["::1", "1.2.3.4", "fe80::1", "g::"],
  cidr: ["10.0.0.0/8", "10.0.0.0/33", "::/0", "10.0.0.0"],
  mac: ["01:23:45:67:89:ab", "01-23-45-67-89-ab", "0123.4567.89ab", "01:23"],
  uri: ["http://a.b/c", "/a/b", "a/b", "x:y"],
  uuid: ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000", "x"],
  uuid4: ["123e4567-e89b-42d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"],
  byte: ["YQ==", "YQ", "a", ""],
  hexcolor: ["#fff", "ffffff", "#ff"],
  rgbcolor: ["rgb(1,2,3)", "rgb(256,0,0)"],
  isbn: ["0321751043", "978-0321751041", "123"],
  creditcard: ["4111111111111111", "4111 1111 1111 1112"],
  ssn: ["123-45-6789", "123456789"],
  bsonobjectid: ["507f1f77bcf86cd799439011", "x"],
  "k8s-short-name": ["a-b", "A", "a.b"],
  "k8s-long-name": ["a.b-c", "a..b"],
};

const numbers: readonly Value[] = [0, 1, 2, 3, 4, 5, 9, 10, 12, -1, 1.5, 2.5, 0.25, 1e-7, 3_000_000_000, 1e21];

const anything = (random: Random, depth: number): Value => {
  const choice = Math.floor(random() * (depth > 2 ? 5 : 8));
  switch (choice) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(random, numbers);
    case 3:
    case 4:
      return pick(random, texts);
    case 5:
      return Array.from({ length: Math.floor(random() * 3) }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 3) }, () => [
          pick(random, ["a", "b", "x", "kind"]),
          anything(random, depth + 1),
        ]),
      );
  }
};

const metadata = (random: Random): Value =>
  pick<Value>(random, [
    { name: "inner" },
    { name: "in/ner", labels: { a: "b" } },
    { labels: { "bad key": "v", ok: "-" } },
    { name: "x", creationTimestamp: null, foo: 1 },
    { labels: { a: 1 } },
    { annotations: { a: "b" }, finalizers: ["a b"] },
    "text",
    null,
  ]);

const object = (schema: CustomSchema, random: Random, depth: number): ValueMap => {
  const made: ValueMap = {};
  for (const [name, property] of schema.properties)
    if (random() < (schema.required.includes(name) ? 0.85 : 0.45))
      made[name] = randomValue(property, random, depth + 1);
  const additional = schema.additional?.schema;
  if (schema.additional !== undefined)
    for (const key of ["k1", "k2"])
      if (random() < 0.5)
        made[key] = additional === undefined ? anything(random, depth) : randomValue(additional, random, depth + 1);
  if (random() < (schema.preserveUnknown ? 0.6 : 0.08)) made[pick(random, ["extra", "more"])] = anything(random, depth);
  if (schema.embedded) {
    if (random() < 0.85) made["apiVersion"] = pick<Value>(random, ["v1", "apps/v1", "a/b/c", "", 1]);
    if (random() < 0.85) made["kind"] = pick<Value>(random, ["Pod", "Pod", "po_d", "", true]);
    if (random() < 0.7) made["metadata"] = metadata(random);
  }
  return made;
};

const ofType = (type: string, schema: CustomSchema, random: Random, depth: number): Value => {
  switch (type) {
    case "object":
      return object(schema, random, depth);
    case "array":
      return Array.from({ length: Math.floor(random() * 4) }, () =>
        schema.items === undefined ? anything(random, depth) : randomValue(schema.items, random, depth + 1),
      );
    case "integer":
    case "number":
      return pick(random, numbers);
    case "boolean":
      return random() < 0.5;
    default:
      return pick(random, samples[schema.declaredFormat] ?? texts);
  }
};

/** A value that mostly has the type that the schema asks for; now and then null, or anything. */
export const randomValue = (schema: CustomSchema, random: Random, depth = 0): Value => {
  const chance = random();
  if (depth > 0 && chance < 0.04) return null;
  if (depth > 0 && chance < 0.1) return anything(random, depth);
  if (schema.enumeration.length > 0 && chance < 0.6) return pick(random, schema.enumeration);
  if (schema.types.length === 0) return anything(random, depth);
  return ofType(pick(random, schema.types), schema, random, depth);
};

/** A copy with one place in it made anew. */
export const mutated = (value: Value, schema: CustomSchema | undefined, random: Random): Value => {
  if (schema === undefined) return anything(random, 1);
  if (Array.isArray(value) && value.length > 0 && random() < 0.8) {
    const at = Math.floor(random() * value.length);
    if (random() < 0.2) return [...value, value[at] ?? null];
    if (random() < 0.2) return value.toReversed();
    return value.map((item, index) => (index === at ? mutated(item, schema.items, random) : item));
  }
  if (isMap(value) && Object.keys(value).length > 0 && random() < 0.9) {
    const names = [...Object.keys(value), ...schema.properties.keys()];
    const name = pick(random, names);
    const property = schema.properties.get(name) ?? schema.additional?.schema;
    return { ...value, [name]: mutated(value[name] ?? null, property, random) };
  }
  return randomValue(schema, random, 1);
};
