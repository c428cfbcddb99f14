import { expect, it } from "vitest";

import { withProtocols } from "./port-protocols.ts";

it.each(["constructor", "toString", "__proto__"])("a kind that is called %s has no ports that are known", (kind) =>
  expect(withProtocols(kind, { spec: { ports: [{ port: 1 }] } })).toEqual({ spec: { ports: [{ port: 1 }] } }),
);

it("a port of a Service that names no protocol is one of TCP", () =>
  expect(withProtocols("Service", { spec: { ports: [{ port: 1 }] } })).toEqual({
    spec: { ports: [{ port: 1, protocol: "TCP" }] },
  }));
