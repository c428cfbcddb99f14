import { isIPv4, isIPv6 } from "node:net";

type Check = (text: string) => boolean;

const uuid = (third: string, fourth: string): Check => {
  const pattern = new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${third}-?${fourth}-?[0-9a-f]{12}$`, "i");
  return (text) => pattern.test(text);
};

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

const isDate: Check = (text) => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  // A leap year's February is that of its Gregorian cycle: Date takes years below 100 for those of the 20th century.
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year + 400, month);
};

const isDateTime: Check = (text) => {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  const parts = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|([+-]\d{2}:\d{2}))$/.exec(time);
  if (parts === null || !isDate(date)) return false;
  return (parts[1] ?? "") <= "23" && (parts[2] ?? "") <= "59" && (parts[3] ?? "") <= "59";
};

const goDuration = /^[-+]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/;
const scalaUnit = /^(ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/i;

/** Go's form, or anywhere in the text a number with a unit in Scala's. */
const isDuration: Check = (text) =>
  /^[-+]?0$/.test(text) ||
  goDuration.test(text) ||
  [...text.matchAll(/\d+\s*([A-Za-zµ]+)/g)].some((found) => scalaUnit.test(found[1] ?? ""));

const isHostname: Check = (text) =>
  /^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$/u.test(
    text,
  ) &&
  Buffer.byteLength(text) <= 255 &&
  text.split(".").every((part) => Buffer.byteLength(part) <= 63);

const isCidr: Check = (text) => {
  const [address = "", bits = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  const limit = isIPv4(sloppy(address)) ? 32 : isIPv6(address) ? 128 : -1;
  return Number(bits) <= limit;
};

/** Leading zeros in the parts of an IPv4 address are let through, as older servers did. */
const sloppy = (address: string): string => address.replaceAll(/(^|\.)0+(?=\d)/g, "$1");

const host = /^([^@/]*@)?(\[[0-9a-fA-F:.%]+\]|[^\s:/?#[\]@<>"^`{|}\\]*)(:[0-9]*)?$/;

/** A path from the root, or a scheme with anything behind it (Go's ParseRequestURI). */
const isUri: Check = (text) => {
  if (text === "" || /\p{Cc}/u.test(text)) return false;
  const [scheme = "", , behind] = /^([a-zA-Z][-a-zA-Z0-9+.]*)?(:(.*))?$/s.exec(text)?.slice(1) ?? [];
  if (text.startsWith(":")) return false;
  const [rest = ""] = (scheme !== "" && behind !== undefined ? behind : text).split("?");
  const hasScheme = scheme !== "" && behind !== undefined;
  if (!rest.startsWith("/")) return hasScheme;
  const authority = hasScheme && rest.startsWith("//") ? (/^\/\/([^/]*)/.exec(rest)?.[1] ?? "") : "";
  return host.test(authority) && !/%(?![0-9a-fA-F]{2})/.test(rest.slice(authority.length));
};

const digits = (text: string): string => text.replaceAll(/[\s-]+/g, "");

const isIsbn10: Check = (text) => {
  const code = digits(text);
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(code)) return false;
  const sum = Array.from(code, (digit, index) => (10 - index) * (digit === "X" ? 10 : Number(digit)));
  return sum.reduce((total, part) => total + part, 0) % 11 === 0;
};

const isIsbn13: Check = (text) => {
  const code = digits(text);
  if (!/^[0-9]{13}$/.test(code)) return false;
  const sum = Array.from(code, (digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3));
  return sum.reduce((total, part) => total + part, 0) % 10 === 0;
};

const isCreditCard: Check = (text) => {
  const number = text.replaceAll(/[^0-9]+/g, "");
  const known =
    /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
  if (!known.test(number)) return false;
  const sum = Array.from(number)
    .toReversed()
    .map((digit, index) => (index % 2 === 0 ? Number(digit) : Number(digit) * 2))
    .reduce((total, part) => total + (part > 9 ? part - 9 : part), 0);
  return sum % 10 === 0;
};

const rgbPart = "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])";

/** The formats of strings that the server checks, by their name without dashes (kube-openapi `strfmt`). */
const checks: Readonly<Record<string, Check>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: matches(/^(?:[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\]+|[^<>@]*<[^\s@<>]+@[^\s@<>]+>)$/),
  hostname: isHostname,
  ipv4: (text) => isIPv4(sloppy(text)) || (text.includes(".") && isIPv6(text)),
  ipv6: (text) => text.includes(":") && isIPv6(text) && !text.includes("%"),
  cidr: isCidr,
  mac: matches(
    /^(([0-9a-fA-F]{2}([:-]))([0-9a-fA-F]{2}\3){4}[0-9a-fA-F]{2}|([0-9a-fA-F]{2}([:-]))([0-9a-fA-F]{2}\6){6}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\.){2,3}[0-9a-fA-F]{4})$/,
  ),
  uuid: uuid("[0-9a-f]{4}", "[0-9a-f]{4}"),
  uuid3: uuid("3[0-9a-f]{3}", "[0-9a-f]{4}"),
  uuid4: uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
  uuid5: uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matches(/^\d{3}[- ]\d{2}[- ]\d{4}$/),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(\\s*${rgbPart}\\s*,\\s*${rgbPart}\\s*,\\s*${rgbPart}\\s*\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => Buffer.byteLength(text) <= 63 && new RegExp(`^${label}$`).test(text),
  k8slongname: (text) => Buffer.byteLength(text) <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(text),
};

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ["int32", "int64"],
  number: ["float", "double"],
};

const isKnown = (format: string, type: string): boolean => {
  if (type === "" || type === "string") return checks[format.replaceAll("-", "")] !== undefined;
  return numberFormats[type]?.includes(format) ?? false;
};

/** The format if the server checks it for a value of these types, else "". */
export const supportedFormat = (format: string, types: readonly string[]): string =>
  format !== "" && isKnown(format, types.length === 1 ? (types[0] ?? "") : "") ? format : "";

/** Whether a string has the format; formats that are not of strings hold for every string. */
export const hasFormat = (text: string, format: string): boolean => checks[format.replaceAll("-", "")]?.(text) ?? true;
