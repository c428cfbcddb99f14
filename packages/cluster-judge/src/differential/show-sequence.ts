import type { Value } from "@evenkeel/embedded-cluster";
import { playBatch } from "./play-batch.ts";
import { renamed } from "./renamed.ts";
import { type Pair, shrinkSequence } from "./shrink.ts";
import { type Sequence, describeStep } from "./step.ts";
import { writeJson } from "./write-json.ts";

/** Prints the shortest form of a sequence that still differs, each request with both answers. */
export const showSequence = async (pair: Pair, whole: Sequence, signal: AbortSignal): Promise<void> => {
  const { sequence, differences } = await shrinkSequence(pair, whole, signal);
  if (differences.length === 0) {
    console.log(`sequence ${whole.index} is equal on both`);
    return;
  }
  const again = renamed(sequence, "z");
  const [[real], [other]] = [await playBatch(pair.real, [again], signal), await playBatch(pair.other, [again], signal)];
  for (const [at, exchange] of (real?.exchanges ?? []).entries()) {
    console.log(
      `\n${at}. ${describeStep(exchange.step)}\n   ${exchange.method} ${exchange.path} ${exchange.contentType}`,
    );
    if (exchange.request !== "") console.log(`   ${exchange.request}`);
    console.log(`   real:     ${writeJson(exchange.answer as unknown as Value)}`);
    console.log(`   embedded: ${writeJson((other?.exchanges[at]?.answer ?? null) as unknown as Value)}`);
  }
  console.log("\nWhat differs:");
  for (const difference of differences) {
    console.log(`  ${difference.where} ${difference.path}`);
    console.log(`    real:     ${difference.real === undefined ? "(absent)" : writeJson(difference.real)}`);
    console.log(`    embedded: ${difference.other === undefined ? "(absent)" : writeJson(difference.other)}`);
  }
};
