import { headers } from "@nats-io/nats-core";
import { type Flow, subjectFilter } from "@evenkeel/contracts";

import type { Core } from "../core.ts";
import { sealFact } from "./publish.ts";
import { readFact } from "./read-fact.ts";

/** Sends a hint: not stored, may be lost. */
export const sendHint = <T>(core: Core, flow: Flow<T>, fact: T): void => {
  const sealed = sealFact(core, flow, fact);
  const head = headers();
  for (const [name, value] of Object.entries(sealed.headers)) head.set(name, value);
  core.wire.nc.publish(sealed.subject, sealed.body, { headers: head });
};

/** Hears hints until the signal ends; one that is not signed by its publisher is dropped. */
export const onHint = <T>(core: Core, flow: Flow<T>, handle: (fact: T) => void, signal: AbortSignal): void => {
  const subscription = core.wire.nc.subscribe(subjectFilter([flow.template], {}), {
    callback: (error, message) => {
      if (error) return core.wire.log.error("hints cannot be heard", { error });
      const read = readFact(core, {
        subject: message.subject,
        data: message.data,
        header: (name) => message.headers?.get(name) ?? "",
        sequence: 0,
        attempt: 1,
        at: core.wire.clock.now(),
      });
      if (!read.ok || read.flow.type !== flow.type)
        return core.wire.log.warn("hint was dropped", { subject: message.subject });
      handle(read.delivery.fact as T);
    },
  });
  signal.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
};
