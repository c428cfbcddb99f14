import { flows, serviceNames, smallProfile, SUBJECT_ROOT, type Flow } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { bucketPolicies } from "./buckets.ts";
import { durablesOf } from "./consumers.ts";
import { permissionsOf } from "./permissions.ts";
import { streams } from "./streams.ts";

type Row = Pick<Flow<unknown>, "type" | "stream" | "template" | "publisher">;
const facts = (Object.values(flows) as readonly Row[]).map(({ type, stream, publisher, template }) => ({
  type,
  stream,
  publisher,
  template: template.replace(/\{[^}]+\}/g, "*"),
}));

/** Does a subject pattern lie inside a filter? Placeholders are `*`. */
const fits = (filter: string, subject: string): boolean => {
  const want = filter.split(".");
  const have = subject.split(".");
  for (const [n, token] of want.entries()) {
    if (token === ">") return have.length > n;
    if (have[n] === undefined) return false;
    const open = token === "*" || have[n] === "*";
    if (!open && token !== have[n]) return false;
  }
  return have.length === want.length;
};

test.each(facts.map((flow) => [flow.type, flow] as const))("%s fits exactly the stream it names", (_type, flow) => {
  const holders = streams.filter((row) => fits(row.subjects, flow.template)).map((row) => row.name);
  expect(holders).toEqual(flow.stream === "" ? [] : [flow.stream]);
});

test.each(durablesOf(smallProfile).map((durable) => [durable.name, durable] as const))(
  "the filter of %s matches a template of its stream",
  (_name, { stream, filter }) => {
    const ofStream = facts.filter((flow) => flow.stream === stream);
    expect(ofStream.some((flow) => fits(filter, flow.template))).toBe(true);
  },
);

test("durables are as many as the topology says, and their names are unique", () => {
  const names = durablesOf({ partitions: 32, sourceShards: 16 }).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBe(16 + 32 * 5 + 7);
  expect(durablesOf(smallProfile)).toHaveLength(51);
});

test("what a small install reserves fits a small disk", () => {
  const total = [...streams, ...bucketPolicies].reduce((sum, row) => sum + row.maxMiB, 0);
  expect(total).toBeLessThan(3 * 1024);
});

test.each(serviceNames)("%s may publish its own facts and no other's", (service) => {
  const { publish, subscribe } = permissionsOf(service);
  for (const flow of facts.filter(({ publisher }) => publisher !== "*")) {
    const subject = SUBJECT_ROOT + flow.template;
    const allowed = publish.some((pattern) => fits(pattern, subject));
    expect([flow.type, allowed]).toEqual([flow.type, flow.publisher === service]);
  }
  expect(
    subscribe.every((subject) => subject.startsWith(`_INBOX_${service}.`) || subject === `${SUBJECT_ROOT}hint.*`),
  ).toBe(true);
  // Who alone writes the ledger or what is desired takes old messages out of it.
  const admin = publish.filter(
    (subject) => subject !== `$JS.API.STREAM.PURGE.${{ applier: "LEDGER", renderer: "DESIRED" }[service as string]}`,
  );
  expect(
    admin.some((subject) => /\$JS\.API\.(STREAM\.(CREATE|UPDATE|DELETE|PURGE)|CONSUMER\.DURABLE)/.test(subject)),
  ).toBe(false);
});
