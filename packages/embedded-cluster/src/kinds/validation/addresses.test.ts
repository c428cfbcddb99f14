import { describe, expect, it } from "vitest";

import { cidrWarnings, isStrictSubset, parseCidr, validateLegacyCidr } from "./cidr.ts";
import { formatIp, ipWarnings, parseIp, validateEndpointIp, validateLegacyIp } from "./ip-address.ts";

const details = (errors: readonly { readonly detail: string }[]): readonly string[] =>
  errors.map(({ detail }) => detail);

describe("addresses", () => {
  it.each([
    ["2001:0db8::1", "2001:db8::1"],
    ["2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::"],
    ["::", "::"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
    ["001.002.003.004", "1.2.3.4"],
  ])("%s is written %s", (text, written) => {
    const ip = parseIp(text);
    expect(ip && formatIp(ip)).toBe(written);
  });

  it.each([
    ["1.2.3.4", []],
    ["1.2.3", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]],
    ["01.2.3.4", ["must not have leading 0s"]],
    ["::ffff:1.2.3.4", ["must not be an IPv4-mapped IPv6 address"]],
    ["fe80::1%eth0", ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]],
  ])("%s as a legacy field", (text, found) => {
    expect(details(validateLegacyIp(text, "f"))).toEqual(found);
    expect(validateLegacyIp(text, "f", [text])).toEqual([]);
  });

  it.each([
    ["0.0.0.0", "may not be unspecified (0.0.0.0)"],
    ["127.1.2.3", "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
    ["::1", "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
    ["169.254.0.9", "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
    ["224.0.0.1", "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"],
  ])("%s is no endpoint", (text, found) => {
    expect(details(validateEndpointIp(text, "f"))).toEqual([found]);
  });

  it("warns of what is valid but unusual", () => {
    expect(ipWarnings("2001:DB8::1", "f")).toEqual([
      'f: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
    ]);
    expect(cidrWarnings("10.0.0.1/8", "f")).toEqual([
      'f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
  });
});

describe("networks", () => {
  it.each([
    ["10.0.0.0/8", []],
    ["10.0.0.0/33", ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"]],
    ["10.0.0.0/08", ["must not have leading 0s in IP or prefix length"]],
    ["10.0.0.1/8", ["must not have bits set beyond the prefix length"]],
    ["::ffff:10.0.0.0/104", ["must not have an IPv4-mapped IPv6 address"]],
  ])("%s", (text, found) => {
    expect(details(validateLegacyCidr(text, "f"))).toEqual(found);
  });

  it.each([
    ["10.1.0.0/16", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.0.0.0/8", false],
    ["11.0.0.0/16", "10.0.0.0/8", false],
    ["2001:db8::/64", "2001:db8::/32", true],
    ["10.0.0.0/16", "::/0", false],
  ])("%s within %s: %s", (inner, outer, within) => {
    const [a, b] = [parseCidr(inner), parseCidr(outer)];
    expect(a !== undefined && b !== undefined && isStrictSubset(a, b)).toBe(within);
  });
});
