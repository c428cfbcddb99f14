import { smallProfile } from "@evenkeel/contracts";
import { thisMachine } from "@evenkeel/machine";
import { startNats } from "@evenkeel/testing";
import { afterEach, expect, test } from "vitest";

import { createIdentities } from "../trust/identities.ts";
import { signerOf } from "../trust/service-key.ts";
import { dial } from "./connection.ts";
import { portsOf } from "./ports.ts";

const now = Date.now;
afterEach(() => void (Date.now = now));

test("a client whose date is set back an hour is on the bus again once the server is", async () => {
  const { keys } = createIdentities(smallProfile);
  const first = await startNats();
  const { folder } = first;
  const signer = signerOf(keys.applier.seed);
  const options = { servers: [first.url], name: "applier/one", inboxPrefix: "_INBOX_applier", signer };
  const nc = await dial(options, portsOf(thisMachine), 10_000);
  const port = Number(new URL(first.url).port);
  Date.now = () => now() - 3_600_000;
  await first.kill();
  await using _second = await startNats({ folder, port });
  const back = (async () => {
    for await (const { type } of nc.status()) if (type === "reconnect") return now();
    return undefined;
  })();
  const began = now();
  expect(((await back) ?? Infinity) - began).toBeLessThan(10_000);
  await nc.close();
  await first[Symbol.asyncDispose]();
}, 30_000);
