import { systemRng } from "@evenkeel/machine";
import type { Rng } from "@evenkeel/machine";
import { createInbox } from "@nats-io/nats-core";
import { expect, test } from "vitest";

import { nameClientsBy } from "./client-names.ts";

const of = (byte: number): Rng => ({ ...systemRng, bytes: (count) => new Uint8Array(count).fill(byte) });

test("the client's names are the same again after the same chance, and never twice", () => {
  const namesBy = (rng: Rng): readonly string[] => {
    nameClientsBy(rng);
    return [createInbox("_INBOX"), createInbox("_INBOX"), createInbox("_INBOX")];
  };
  const names = namesBy(of(7));
  expect(new Set(names).size).toBe(3);
  expect(namesBy(of(7))).toEqual(names);
  expect(namesBy(of(8))).not.toEqual(names);
});

test("what the client draws for its names it draws while they are set, and not later", () => {
  const random = Math.random;
  nameClientsBy(of(7));
  Math.random = () => {
    throw new Error("drawn");
  };
  try {
    expect(createInbox("_INBOX")).toMatch(/^_INBOX\.7{12}0{8}0X$/);
  } finally {
    Math.random = random;
  }
});
