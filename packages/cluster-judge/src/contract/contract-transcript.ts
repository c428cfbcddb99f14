import { gunzipSync, gzipSync } from "node:zlib";

import { parseJson } from "@evenkeel/resource";

import { openMask } from "../differential/mask.ts";
import { judgedWarnings } from "../differential/not-judged.ts";
import { writeJson } from "../differential/write-json.ts";
import type { Value } from "@evenkeel/embedded-cluster";
import type { CaseExchange } from "./bench.ts";

/** The exchanges of one case, masked. */
export interface CaseTranscript {
  readonly id: string;
  readonly exchanges: readonly CaseExchange[];
}

export const maskCase = (id: string, exchanges: readonly CaseExchange[]): CaseTranscript => {
  const mask = openMask();
  return {
    id,
    exchanges: exchanges.map((exchange) => ({
      ...exchange,
      path: mask.text(exchange.path).replaceAll(/resourceVersion=\d{2,}/g, "resourceVersion=N"),
      request: "",
      warnings: judgedWarnings(exchange.warnings).map((warning) => mask.text(warning)),
      body: mask.mask(exchange.body),
    })),
  };
};

export const writeCases = (cases: readonly CaseTranscript[]): Uint8Array =>
  gzipSync(
    cases
      .flatMap(({ id, exchanges }) =>
        exchanges.map((exchange) => `${writeJson({ id, exchange } as unknown as Value)}\n`),
      )
      .join(""),
    { level: 9 },
  );

export const readCases = (bytes: Uint8Array): ReadonlyMap<string, CaseTranscript> => {
  const cases = new Map<string, { id: string; exchanges: CaseExchange[] }>();
  for (const text of gunzipSync(bytes).toString("utf8").split("\n")) {
    if (text === "") continue;
    const { id, exchange } = parseJson(text) as unknown as { id: string; exchange: CaseExchange };
    const known = cases.get(id) ?? { id, exchanges: [] };
    known.exchanges.push(exchange);
    cases.set(id, known);
  }
  return cases;
};
