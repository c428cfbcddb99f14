import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { StatusServiceDefinition, flows } from "./index.ts";

const protoFolder = join(import.meta.dirname, "../../../proto/evenkeel");
const protoText = readdirSync(protoFolder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".proto"))
  .map((file) => readFileSync(join(protoFolder, file), "utf8"))
  .join("\n");

describe("flow table", () => {
  it("has one row for each message that declares a subject", () => {
    const declared = [...protoText.matchAll(/message (\w+) \{\s*option \(evenkeel\.options\.v1\.subject\)/g)].map(
      (m) => m[1] ?? "",
    );
    expect(
      Object.values(flows)
        .map((flow) => flow.type.split(".").at(-1) ?? "")
        .toSorted(),
    ).toEqual(declared.toSorted());
  });
  it("repeats each template as the option says it", () => {
    const templates = [...protoText.matchAll(/v1\.subject\) = \{[\s\S]*?template: "([^"]+)"/g)].map((m) => m[1] ?? "");
    expect(
      Object.values(flows)
        .map((flow) => flow.template)
        .toSorted(),
    ).toEqual(templates.toSorted());
  });
  it("gives every stored fact a publisher, but the due timer, which the server sends", () => {
    const without = Object.values(flows).filter((flow) => flow.stream !== "" && flow.publisher === "");
    expect(without.map((flow) => flow.type)).toEqual(["evenkeel.timer.v1.TimerDue"]);
  });
});

describe("status service", () => {
  it("only reads: Get, List and Watch, each without side effects", () => {
    for (const [name, method] of Object.entries(StatusServiceDefinition.methods)) {
      expect(name).toMatch(/^(get|list|watch)/);
      expect(method.options).toMatchObject({ idempotencyLevel: "NO_SIDE_EFFECTS" });
    }
  });
});
