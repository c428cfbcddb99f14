// For the tests of this package only: a renderer that never ends the commit that it is given, and says which it is.
import type { CommitObserved } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";

import type { BusConfig } from "../bus-config.ts";
import { plan } from "../commit.fixture.ts";
import { connectBus } from "../connect-bus.ts";

const [config = "", seq = "0"] = process.argv.slice(2);
const renderer = await connectBus(JSON.parse(config) as BusConfig, silentTelemetry("renderer"));
plan(
  renderer,
  ({ fact }: { readonly fact: CommitObserved }) => {
    if (fact.seq === BigInt(seq)) process.stdout.write(`${fact.seq}\n`);
    return new Promise(() => {});
  },
  { reset: true },
);
