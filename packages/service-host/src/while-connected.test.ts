import { describe, expect, it } from "vitest";

import { whileConnected } from "./while-connected.ts";

const start = () => {
  const closing = Promise.withResolvers<void>();
  const controller = new AbortController();
  const connected = whileConnected({ closed: closing.promise }, controller.signal);
  return { connected, controller, close: closing.resolve };
};

describe("while a service is connected", () => {
  it("its signal ends with the service's", () => {
    const { connected, controller } = start();
    controller.abort();
    expect(connected.until.aborted).toBe(true);
  });

  it("its signal ends when the service has ended", () => {
    const { connected } = start();
    {
      using _ = connected;
    }
    expect(connected.until.aborted).toBe(true);
  });

  const forever = new Promise<void>(() => {});
  it.each([
    ["whatever the service works at", forever],
    ["a service that only listens", undefined],
  ])("the loss of the bus ends %s by an error", async (_, work) => {
    const { connected, close } = start();
    close();
    await expect(connected.during(work)).rejects.toThrow("the connection to the bus is lost");
  });

  it("the close of the bus at the end is no error", async () => {
    const { connected, controller, close } = start();
    controller.abort();
    close();
    await connected.during(forever);
  });

  it("a service that only listens ends with its signal, while the bus stands", async () => {
    const { connected, controller } = start();
    const listening = connected.during();
    controller.abort();
    await listening;
  });

  it("work is waited for after the signal has ended", async () => {
    const { connected, controller } = start();
    const work = Promise.withResolvers<void>();
    const done: string[] = [];
    const during = connected.during(work.promise.then(() => done.push("handed over")));
    controller.abort();
    work.resolve();
    await during;
    expect(done).toEqual(["handed over"]);
  });
});
