import { isIPv4, isIPv6 } from "node:net";

import { type FieldError, invalid } from "../field-error.ts";
import { goQuote } from "./go-quote.ts";
import { formatIp, type IpAddress, parseIp } from "./ip-address.ts";

/** A network as read leniently: the address as written, the same with the bits beyond the prefix cleared, and the prefix's length. */
export interface Cidr {
  readonly address: IpAddress;
  readonly network: IpAddress;
  readonly bits: number;
  /** The prefix's length as written: counted from 128 for an IPv4-mapped address. */
  readonly written: number;
}

const cleared = ({ octets, mapped }: IpAddress, bits: number): IpAddress => ({
  mapped,
  octets: octets.map((octet, index) => octet & (0xff << Math.max(0, Math.min(8, 8 * (index + 1) - bits)))),
});

const same = (a: IpAddress, b: IpAddress): boolean =>
  a.octets.length === b.octets.length && a.octets.every((octet, index) => octet === b.octets[index]);

export const parseCidr = (text: string): Cidr | undefined => {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseIp(text.slice(0, slash));
  const prefix = text.slice(slash + 1);
  if (address === undefined || !/^[0-9]+$/.test(prefix)) return undefined;
  const written = Number(prefix);
  if (written > (address.mapped ? 128 : 8 * address.octets.length)) return undefined;
  const bits = address.mapped ? Math.max(0, written - 96) : written;
  return { address, network: cleared(address, bits), bits, written };
};

const hasLeadingZeros = (text: string): boolean => {
  const [ip = "", prefix = ""] = text.split("/");
  return (!isIPv4(ip) && !isIPv6(ip)) || /^0[0-9]/.test(prefix);
};

/** A network in a field that once took almost anything; values of the stored object are let through. */
export const validateLegacyCidr = (
  text: string,
  field: string,
  stored: readonly string[] = [],
): readonly FieldError[] => {
  if (stored.includes(text)) return [];
  const cidr = parseCidr(text);
  if (cidr === undefined)
    return [invalid(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
  if (hasLeadingZeros(text)) return [invalid(field, text, "must not have leading 0s in IP or prefix length")];
  if (cidr.address.mapped) return [invalid(field, text, "must not have an IPv4-mapped IPv6 address")];
  return same(cidr.address, cidr.network)
    ? []
    : [invalid(field, text, "must not have bits set beyond the prefix length")];
};

/** Is `inner` a part of `outer`, and smaller? */
export const isStrictSubset = (inner: Cidr, outer: Cidr): boolean =>
  inner.network.octets.length === outer.network.octets.length &&
  inner.written > outer.written &&
  same(cleared(inner.network, outer.bits), outer.network);

/** Warnings of networks that are valid but not written as they should be. */
export const cidrWarnings = (text: string, field: string): readonly string[] => {
  const cidr = parseCidr(text);
  if (cidr === undefined) return [];
  const canonical = `${formatIp(cidr.network)}/${cidr.bits}`;
  const warnings: string[] = [];
  if (!same(cidr.address, cidr.network)) {
    const single = `${formatIp(cidr.address)}/${8 * cidr.address.octets.length}`;
    warnings.push(
      `${field}: CIDR value ${goQuote(text)} is ambiguous in this context (should be ${goQuote(canonical)} or ${goQuote(single)}?)`,
    );
  }
  if (hasLeadingZeros(text) || cidr.address.mapped)
    warnings.push(`${field}: non-standard CIDR value ${goQuote(text)} is invalid: use ${goQuote(canonical)}`);
  if (warnings.length === 0 && cidr.address.octets.length === 16 && canonical !== text)
    warnings.push(
      `${field}: IPv6 CIDR value ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`,
    );
  return warnings;
};
