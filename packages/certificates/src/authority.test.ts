import { createPublicKey, X509Certificate } from "node:crypto";

import { expect, test } from "vitest";

import { authorityOf, makeAuthority } from "./authority.ts";

test.each([
  ["new", makeAuthority()],
  ["kept", authorityOf(makeAuthority().pair)],
])("the certificates of an authority that is %s verify, with names and groups as asked", (_kind, authority) => {
  const ca = new X509Certificate(authority.pair.cert);
  const server = new X509Certificate(authority.serverPair().cert);
  const client = new X509Certificate(authority.userPair({ name: "jane", groups: ["dev", "ops"] }).cert);
  expect(ca.ca).toBe(true);
  expect(server.verify(createPublicKey(authority.pair.cert))).toBe(true);
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(client.verify(createPublicKey(authority.pair.cert))).toBe(true);
  expect(client.subject.split("\n")).toEqual(["O=dev", "O=ops", "CN=jane"]);
  expect(client.issuer).toBe(ca.subject);
});
