import { gunzipSync, gzipSync } from "node:zlib";

import { parseJson } from "@evenkeel/resource";

import type { Value } from "@evenkeel/embedded-cluster";
import type { SeenEvent } from "./follow-events.ts";
import type { Sequence } from "./step.ts";
import type { MaskedExchange, Transcript } from "./transcript.ts";
import { writeJson } from "./write-json.ts";

/** One sequence with what the real server made of it. */
export interface Recorded {
  readonly sequence: Sequence;
  readonly transcript: Transcript;
}

interface Head {
  readonly sequence: Omit<Sequence, "steps">;
}
type Line =
  | Head
  | { readonly exchange: MaskedExchange }
  | { readonly object: string; readonly events: readonly SeenEvent[] };

/** Lines of JSON: a head for each sequence, then one for each exchange, then one for the events of each object; gzip. */
export const writeRecording = (recorded: readonly Recorded[]): Uint8Array => {
  const lines = recorded.flatMap(({ sequence, transcript }): readonly Line[] => {
    const { steps: _steps, ...head } = sequence;
    return [
      { sequence: head },
      ...transcript.exchanges.map((exchange) => ({ exchange })),
      ...Object.entries(transcript.events).map(([object, events]) => ({ object, events })),
    ];
  });
  return gzipSync(lines.map((line) => `${writeJson(line as unknown as Value)}\n`).join(""), { level: 9 });
};

export const readRecording = (bytes: Uint8Array): readonly Recorded[] => {
  const found: {
    sequence: Omit<Sequence, "steps">;
    exchanges: MaskedExchange[];
    events: Record<string, readonly SeenEvent[]>;
  }[] = [];
  for (const text of gunzipSync(bytes).toString("utf8").split("\n")) {
    if (text === "") continue;
    const line = parseJson(text) as unknown as Line;
    if ("sequence" in line) found.push({ sequence: line.sequence, exchanges: [], events: {} });
    const current = found.at(-1);
    if (current === undefined) throw new Error("a recording that begins without a sequence");
    if ("exchange" in line) current.exchanges.push(line.exchange);
    if ("object" in line) current.events[line.object] = line.events;
  }
  return found.map(({ sequence, exchanges, events }) => ({
    sequence: { ...sequence, steps: exchanges.map((exchange) => exchange.step) },
    transcript: { exchanges, events },
  }));
};
