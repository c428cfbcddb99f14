import { expect } from "vitest";

import { inProcessHost } from "../in-process/in-process-host.ts";
import { openRenderHost } from "../open-render-host.ts";
import type { RenderHost, SharedOptions } from "../render-host.ts";
import { render } from "../render.ts";
import type { RenderRequest, RenderResult } from "../request.ts";
import type { ObjectSource } from "../source/object-source.ts";

/** The host of a service and the one without threads and programs, each asked what the other is asked. */
export interface BothHosts extends AsyncDisposable {
  /** What both give; fails where they differ in anything but time. */
  readonly render: (request: RenderRequest, source: ObjectSource, signal: AbortSignal) => Promise<RenderResult>;
}

const settled = async (work: Promise<RenderResult>): Promise<{ readonly value: RenderResult } | { error: unknown }> => {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
};

export const bothHosts = async (options: Omit<SharedOptions, "tools"> = {}): Promise<BothHosts> => {
  const here = inProcessHost({ ...options, tools: {} });
  const real = await openRenderHost({ ...options, tools: {} });
  return {
    render: async (...asked) => {
      const ask = (host: RenderHost) => settled(render(asked[0], asked[1], host, asked[2]));
      const [byReal, byHere] = [await ask(real), await ask(here)];
      if ("error" in byReal) {
        expect(byHere).toEqual(byReal);
        throw byReal.error;
      }
      expect("value" in byHere ? { ...byHere.value, durationMs: 0 } : byHere).toEqual({
        ...byReal.value,
        durationMs: 0,
      });
      return byReal.value;
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
};
