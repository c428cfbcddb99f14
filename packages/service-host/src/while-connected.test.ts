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

  it("the loss of the bus is an error", async () => {
    const { connected, close } = start();
    close();
    await expect(connected.lost).rejects.toThrow("the connection to the bus is lost");
  });

  it("the close of the bus at the end is none", async () => {
    const { connected, controller, close } = start();
    controller.abort();
    close();
    await connected.lost;
  });
});
