// A thread that reads manifests, so that a large file holds up no one else.
import { parentPort } from "node:worker_threads";

import { refusalIn } from "../render-refused.ts";
import { checkHere, parseHere } from "./parser.ts";
import type { ParseAnswer, ParseOrder } from "./parser-pool.ts";

parentPort?.on("message", ({ act, bytes, request }: ParseOrder) => {
  let answer: ParseAnswer;
  try {
    answer = act === "parse" ? { parsed: parseHere(bytes, request) } : { checked: checkHere(bytes, request) };
  } catch (error) {
    const refusal = refusalIn(error);
    answer = refusal === undefined ? { failed: String(error) } : { refusal };
  }
  parentPort?.postMessage(answer);
});
parentPort?.postMessage("ready");
