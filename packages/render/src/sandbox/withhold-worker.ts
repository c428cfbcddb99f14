// A thread that takes what is secret out of a tool's words, where its input is large.
import { parentPort, workerData } from "node:worker_threads";

import type { WithholdOrder } from "./withhold-aside.ts";
import { withholdContent } from "./withhold-content.ts";

const { tool, said, files } = workerData as WithholdOrder;
parentPort?.postMessage(withholdContent(tool, said, files));
