import { describe, expect, it } from "vitest";

import { readConfig } from "./config.ts";

const base = {
  EVENKEEL_INSTALLATION: "test",
  EVENKEEL_BUS_SEED_FILE: "/seed",
  EVENKEEL_BUS_TRUST_FILE: "/trust",
};
const tls = { EVENKEEL_TLS_CERT_FILE: "/crt", EVENKEEL_TLS_KEY_FILE: "/key" };

describe("the configuration", () => {
  it("serves on loopback in plaintext by default", () =>
    expect(readConfig(base).listen).toEqual({ host: "127.0.0.1", port: 7443 }));

  it("takes certificates, and a client authority with them", () =>
    expect(
      readConfig({ ...base, ...tls, EVENKEEL_GRPC_HOST: "0.0.0.0", EVENKEEL_TLS_CLIENT_CA_FILE: "/ca" }).listen,
    ).toEqual({ host: "0.0.0.0", port: 7443, tls: { certFile: "/crt", keyFile: "/key", clientCaFile: "/ca" } }));

  it.each([
    [
      "plaintext anywhere but on loopback",
      { EVENKEEL_GRPC_HOST: "0.0.0.0" },
      "EVENKEEL_GRPC_HOST 0.0.0.0 is not loopback",
    ],
    ["plaintext on a name", { EVENKEEL_GRPC_HOST: "127.0.0.1.example.org" }, "is not loopback"],
    ["a certificate without its key", { EVENKEEL_TLS_CERT_FILE: "/crt" }, "must be set together"],
    [
      "a client authority without a certificate",
      { EVENKEEL_TLS_CLIENT_CA_FILE: "/ca" },
      "EVENKEEL_TLS_CLIENT_CA_FILE needs",
    ],
    ["several faults at once", { EVENKEEL_GRPC_HOST: "0.0.0.0", EVENKEEL_TLS_CLIENT_CA_FILE: "/ca" }, "has 2 problems"],
  ])("refuses %s", (_, env, message) => expect(() => readConfig({ ...base, ...env })).toThrow(message));
});
