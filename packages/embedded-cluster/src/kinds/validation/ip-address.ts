import { isIPv4, isIPv6 } from "node:net";

import { type FieldError, invalid } from "../field-error.ts";
import { goQuote } from "./go-quote.ts";

/** An address as Go's net.IP sees it: IPv4-mapped IPv6 counts as IPv4 (4 octets), with `mapped` set. */
export interface IpAddress {
  readonly octets: readonly number[];
  readonly mapped: boolean;
}

const v4Octets = (text: string): readonly number[] | undefined => {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
};

const v6Octets = (text: string): readonly number[] => {
  const groups = (part: string): readonly number[] =>
    part === ""
      ? []
      : part.split(":").flatMap((group) => {
          if (group.includes(".")) return v4Octets(group) ?? [];
          const value = Number.parseInt(group, 16);
          return [value >> 8, value & 255];
        });
  const [head = "", tail] = text.split("::");
  const left = groups(head);
  if (tail === undefined) return left;
  const right = groups(tail);
  return [...left, ...Array.from({ length: 16 - left.length - right.length }, () => 0), ...right];
};

/** Reads an address leniently (ParseIPSloppy): leading zeros in IPv4 octets are ignored. */
export const parseIp = (text: string): IpAddress | undefined => {
  const v4 = v4Octets(text);
  if (v4 !== undefined) return { octets: v4, mapped: false };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const octets = v6Octets(text);
  const mapped = octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 255 && octets[11] === 255;
  return mapped ? { octets: octets.slice(12), mapped } : { octets, mapped };
};

export const isIpv6Address = (text: string): boolean => parseIp(text)?.octets.length === 16;

/** RFC 5952 and dotted form, as net.IP prints. */
export const formatIp = ({ octets }: IpAddress): string => {
  if (octets.length === 4) return octets.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((octets[2 * index] ?? 0) << 8) | (octets[2 * index + 1] ?? 0)).toString(16),
  );
  const text = groups.join(":");
  const zeros = [...text.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return text;
  const before = text.slice(0, zeros.index).replace(/:$/, "");
  const after = text.slice(zeros.index + zeros[0].length).replace(/^:/, "");
  return `${before}::${after}`;
};

/** An address in a field that once took almost anything; values of the stored object are let through. */
export const validateLegacyIp = (
  text: string,
  field: string,
  stored: readonly string[] = [],
): readonly FieldError[] => {
  if (stored.includes(text)) return [];
  const ip = parseIp(text);
  if (ip === undefined) return [invalid(field, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
  const errors: FieldError[] = [];
  if (!isIPv4(text) && !isIPv6(text)) errors.push(invalid(field, text, "must not have leading 0s"));
  if (ip.mapped) errors.push(invalid(field, text, "must not be an IPv4-mapped IPv6 address"));
  return errors;
};

/** Warnings of addresses that are valid but not written as they should be. */
export const ipWarnings = (text: string, field: string): readonly string[] => {
  const ip = parseIp(text);
  if (ip === undefined) return [];
  const canonical = formatIp(ip);
  if (ip.mapped || (!isIPv4(text) && !isIPv6(text)))
    return [`${field}: non-standard IP address ${goQuote(text)} is invalid: use ${goQuote(canonical)}`];
  return ip.octets.length === 16 && canonical !== text
    ? [`${field}: IPv6 address ${goQuote(text)} should be in RFC 5952 canonical format (${goQuote(canonical)})`]
    : [];
};

/** Ranges that no endpoint may be in. */
export const validateEndpointIp = (text: string, field: string): readonly FieldError[] => {
  const ip = parseIp(text);
  if (ip === undefined) return [invalid(field, text, "must be a valid IP address")];
  const { octets } = ip;
  const [a = 0, b = 0, c = 0] = octets;
  const four = octets.length === 4;
  const last = octets.at(-1) ?? 0;
  const zeroBut = octets.slice(0, -1).every((octet) => octet === 0);
  const errors: FieldError[] = [];
  if (zeroBut && last === 0) errors.push(invalid(field, text, `may not be unspecified (${text})`));
  if (four ? a === 127 : zeroBut && last === 1)
    errors.push(invalid(field, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)"));
  if (four ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80)
    errors.push(invalid(field, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"));
  if (four ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02)
    errors.push(invalid(field, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"));
  return errors;
};
