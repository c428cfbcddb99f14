import { expect } from "vitest";

import { inProcessHost } from "../in-process/in-process-host.ts";
import { readOnce } from "../in-process/read-once.ts";
import { openRenderHost } from "../open-render-host.ts";
import type { RenderHost, SharedOptions } from "../render-host.ts";
import { render } from "../render.ts";
import type { RenderRequest, RenderResult } from "../request.ts";
import type { ObjectSource } from "../source/object-source.ts";
import { readOnceSource } from "./read-once-source.ts";

/** The host of a service and those without threads and programs, each asked what the others are asked. */
export interface BothHosts extends AsyncDisposable {
  /** What all give; fails where they differ in anything but time. */
  readonly render: (request: RenderRequest, source: ObjectSource, signal: AbortSignal) => Promise<RenderResult>;
}

/** How it ended, without the time it took. */
const settled = async (work: Promise<RenderResult>): Promise<{ readonly value: RenderResult } | { error: unknown }> => {
  try {
    return { value: { ...(await work), durationMs: 0 } };
  } catch (error) {
    return { error };
  }
};

export const bothHosts = async (options: Omit<SharedOptions, "tools"> = {}): Promise<BothHosts> => {
  const real = await openRenderHost({ ...options, tools: {} });
  const parser = readOnce();
  // The third reads nothing itself: the second has read it all.
  const others = [{}, { parser }, { parser }].map((how) => inProcessHost({ ...options, ...how, tools: {} }));
  return {
    render: async (request, source, signal) => {
      const read = readOnceSource(source);
      const ask = (host: RenderHost) => settled(render(request, read, host, signal));
      const byReal = await ask(real);
      for (const other of others) expect(await ask(other)).toEqual(byReal);
      if ("error" in byReal) throw byReal.error;
      return byReal.value;
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
};
