import { expect, it } from "vitest";

import { createProbes } from "./probes.ts";

it("shows a remark beside readiness, ready or not, asked for details or not", () => {
  const probes = createProbes();
  let fault: string | undefined = "not yet";
  probes.check("units", () => fault);
  probes.remark("isolation", "nothing keeps the tools off the network");
  const remark = "[!] isolation: nothing keeps the tools off the network\n";
  expect(probes.answer("/readyz", false)).toEqual({ status: 503, text: `[-] units: not yet\n${remark}not ok\n` });
  fault = undefined;
  expect(probes.answer("/readyz", false)).toEqual({ status: 200, text: `${remark}ok\n` });
  expect(probes.answer("/readyz", true)).toEqual({ status: 200, text: `[+] units\n${remark}ok\n` });
  expect(probes.answer("/livez", true)).toEqual({ status: 200, text: "ok\n" });
});
