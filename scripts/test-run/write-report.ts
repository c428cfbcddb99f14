import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Reporter, TestModule, Vitest } from "vitest/node";

import { reportOf } from "./report.ts";

/** Where a workspace's run leaves its report, from the workspace's folder. */
export const REPORT_FILE = ".test-report/report.json";

/** A reporter of vitest: unlike its own JSON it tells why a hook failed, and which project a test is of. */
// oxlint-disable-next-line import/no-default-export -- vitest reads the default export
export default class WriteReport implements Reporter {
  #file = REPORT_FILE;

  onInit({ config }: Vitest): void {
    this.#file = join(config.root, REPORT_FILE);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(reportOf(modules)));
  }
}
