import { describe, expect, test } from "vitest";

import { startEmbeddedServer, stillClock } from "../contract/fixture/embedded-target.ts";
import type { Value } from "@evenkeel/embedded-cluster";
import { compareServers } from "./compare-servers.ts";
import { compareTranscripts, differencesIn } from "./compare.ts";
import { generateSequence } from "./generate-sequence.ts";
import { describeGroup, groupDifferences } from "./group-differences.ts";
import { mixedKinds } from "./kinds/all-kinds.ts";
import { openMask } from "./mask.ts";
import { prepareTarget } from "./play-batch.ts";
import { readRecording, writeRecording } from "./recording.ts";
import { shrinkSequence } from "./shrink.ts";
import type { Transcript } from "./transcript.ts";

const signal = AbortSignal.timeout(120_000);
const many = (count: number) => Array.from({ length: count }, (_, index) => generateSequence(7, index));

describe("the generator", () => {
  test("gives the same sequence for the same seed and number, another for another", () => {
    expect(generateSequence(7, 3)).toEqual(generateSequence(7, 3));
    expect(generateSequence(7, 3).steps).not.toEqual(generateSequence(8, 3).steps);
  });

  test("writes every kind by every verb, in sequences of 8 to 26 requests", () => {
    const sequences = many(600);
    const steps = sequences.flatMap((sequence) => sequence.steps);
    expect(new Set(steps.map((step) => step.kind))).toEqual(new Set(mixedKinds.map((table) => table.name)));
    const verbs = [
      "create",
      "apply",
      "update",
      "json-patch",
      "merge-patch",
      "strategic-patch",
      "get",
      "list",
      "delete",
      "delete-collection",
    ];
    expect(new Set(steps.map((step) => step.verb))).toEqual(new Set(verbs));
    expect(new Set(steps.map((step) => step.subresource))).toEqual(new Set(["", "status", "scale"]));
    const lengths = sequences.map((sequence) => sequence.steps.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(26);
  });
});

describe("the mask", () => {
  const object = (uid: string, resourceVersion: string, time: string): Value => ({
    metadata: {
      uid,
      resourceVersion,
      creationTimestamp: time,
      managedFields: [
        { manager: "b", operation: "Update" },
        { manager: "a", operation: "Apply" },
      ],
    },
    message: `uid ${uid}`,
  });
  const one = object("aaaaaaaa-0000-4000-8000-000000000001", "17", "2026-01-02T03:04:05Z");
  const two = object("bbbbbbbb-0000-4000-8000-000000000002", "99", "2026-02-02T03:04:05Z");

  test("makes equal histories equal", () => {
    expect(openMask().mask(one)).toEqual(openMask().mask(two));
  });

  test("keeps whether a version is the one seen before", () => {
    const [same, other] = [openMask(), openMask()];
    same.mask(one);
    other.mask(one);
    expect(same.mask(one)).not.toEqual(other.mask(two));
  });

  test("leaves what the requests themselves wrote", () => {
    const own = { uid: "11111111-2222-3333-4444-555555555555", at: "2024-01-01T00:00:00Z" };
    expect(openMask().mask(own)).toEqual(own);
  });
});

describe("the comparison", () => {
  test.each<[string, Value, Value, readonly string[]]>([
    ["nothing when only the order of keys differs", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ["a changed leaf by its path", { a: [{ "x/y": 1 }] }, { a: [{ "x/y": 2 }] }, ['.a[0]["x/y"]']],
    ["what is absent, on either side", { a: null }, { b: null }, [".a", ".b"]],
    ["another order of a list", [1, 2], [2, 1], ["[0]", "[1]"]],
  ])("tells %s", (_title, real, other, paths) => {
    expect(differencesIn(real, other).map((difference) => difference.path)).toEqual(paths);
  });

  test("tells another status with both messages, and events only when all answers are equal", () => {
    const transcript = (status: number, type: string): Transcript => ({
      exchanges: [
        {
          step: generateSequence(7, 0).steps[0]!,
          method: "GET",
          path: "/",
          contentType: "",
          request: "",
          answer: { status, warnings: [], retryAfter: "", body: { kind: "Status", message: `says ${status}` } },
        },
      ],
      events: { "ConfigMap a": [{ type, object: {} }] },
    });
    expect(compareTranscripts(transcript(200, "ADDED"), transcript(404, "DELETED"))).toEqual([
      { at: 0, where: "answer", path: ".status", real: "200 says 200", other: "404 says 404" },
    ]);
    const [event] = compareTranscripts(transcript(200, "ADDED"), transcript(200, "DELETED"));
    expect(event).toMatchObject({ where: "events of ConfigMap a", path: "[0].type", real: "ADDED", other: "DELETED" });
  });
});

test("recordings come back as they were written", () => {
  const recorded = many(2).map((sequence) => ({
    sequence,
    transcript: {
      exchanges: sequence.steps.map((step) => ({
        step,
        method: "GET",
        path: "/",
        contentType: "",
        request: "",
        answer: { status: 200, warnings: [], retryAfter: "", body: { big: 9_007_199_254_740_993n } },
      })),
      events: { "ConfigMap a": [{ type: "ADDED", object: { x: 1 } }] },
    },
  }));
  // Members that are undefined are not written.
  expect(readRecording(writeRecording(recorded))).toEqual(recorded);
});

describe("the judge", () => {
  test("finds no difference between two equal servers, and one in a server that was tampered with, cut down to few requests", async () => {
    await using honest = await startEmbeddedServer({ name: "honest", seed: 1, clock: stillClock });
    await using second = await startEmbeddedServer({ name: "second", seed: 2, clock: stillClock });
    await Promise.all([honest, second].map((server) => prepareTarget(server.transport, signal)));
    const pair = { real: honest.transport, other: second.transport };
    const sequences = Array.from({ length: 40 }, (_, index) => generateSequence(11, index, "ConfigMap"));
    expect(
      groupDifferences(await compareServers(pair, sequences.slice(0, 20), signal)).map((g) => describeGroup(g)),
    ).toEqual([]);

    second.cluster.mutate({
      name: "tamper",
      review: ({ object, operation }) => {
        if (operation === "UPDATE" && object?.kind === "ConfigMap") object["data"] = { tampered: "yes" };
        return undefined;
      },
    });
    const differences = await compareServers(pair, sequences.slice(20, 22), signal);
    const [first] = differences;
    const titles = groupDifferences(differences).map(({ title }) => title);
    expect(titles).toContainEqual(expect.stringMatching(/^ConfigMap .*\.data/));
    const { sequence, differences: left } = await shrinkSequence(pair, first!.sequence, signal);
    expect(left).not.toEqual([]);
    expect(sequence.steps.length).toBeLessThanOrEqual(3);
  }, 60_000);
});
