import { byteLength, mismatch, mustNotBeEmpty, tooLong, tooManyCharacters } from "./name-texts.ts";

/** A rule for a string: the texts of what is wrong, in the API server's words and order. */
export type NameRule = (value: string) => readonly string[];
/** A rule for metadata.name; `prefix` is set for generateName, whose trailing dash is then let through. */
export type ObjectNameRule = (name: string, prefix: boolean) => readonly string[];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualifiedName = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const whole = (expression: string): RegExp => new RegExp(`^${expression}$`);
const labelRegexp = whole(label);
const subdomainRegexp = whole(subdomain);
const qualifiedRegexp = whole(qualifiedName);

/** Longest DNS label, and longest DNS subdomain. */
export const DNS_LABEL_LIMIT = 63;
const DNS_SUBDOMAIN_LIMIT = 253;

/** apimachinery words the limit in bytes in its new functions (label keys and values) and in characters in the older ones; both count bytes. */
const overlong = (value: string, limit: number, text: (limit: number) => string): readonly string[] =>
  byteLength(value) > limit ? [text(limit)] : [];

const subdomainMismatch = mismatch(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  "example.com",
);

const labelMismatch = mismatch(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  "my-name",
  "123-abc",
);

/** RFC 1123 label: at most 63 bytes, no dots. */
export const dnsLabel: NameRule = (value) => {
  const errors = [...overlong(value, DNS_LABEL_LIMIT, tooManyCharacters)];
  if (!labelRegexp.test(value)) errors.push(subdomainRegexp.test(value) ? "must not contain dots" : labelMismatch);
  return errors;
};

/** RFC 1123 subdomain: at most 253 bytes. */
export const dnsSubdomain: NameRule = (value) => [
  ...overlong(value, DNS_SUBDOMAIN_LIMIT, tooManyCharacters),
  ...(subdomainRegexp.test(value) ? [] : [subdomainMismatch]),
];

const qualifiedMismatch = mismatch(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualifiedName,
  "MyName",
  "my.name",
  "123-abc",
);

const prefixFindings = (prefix: string): readonly string[] => {
  if (prefix === "") return [`prefix part ${mustNotBeEmpty}`];
  return [
    ...overlong(prefix, DNS_SUBDOMAIN_LIMIT, tooLong),
    ...(subdomainRegexp.test(prefix) ? [] : [subdomainMismatch]),
  ].map((text) => `prefix part ${text}`);
};

/** A label key: an optional DNS subdomain and `/`, then a name of at most 63 bytes. Also the rule for annotations (in lower case), finalizers, condition types. */
export const qualifiedNameRule: NameRule = (value) => {
  const parts = value.split("/");
  if (parts.length > 2)
    return [
      `a valid label key ${qualifiedMismatch} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const name = parts.at(-1) ?? "";
  const errors = parts.length === 2 ? [...prefixFindings(parts[0] ?? "")] : [];
  if (name === "") errors.push(`name part ${mustNotBeEmpty}`);
  else if (byteLength(name) > DNS_LABEL_LIMIT) errors.push(`name part ${tooLong(DNS_LABEL_LIMIT)}`);
  if (!qualifiedRegexp.test(name)) errors.push(`name part ${qualifiedMismatch}`);
  return errors;
};

/** A name that can be one segment of a path. */
export const pathSegment: ObjectNameRule = (name, prefix) => {
  if (!prefix && (name === "." || name === "..")) return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
};

/** generateName may end in a dash, for a suffix comes behind it. The server cuts one character too many; so does this. */
const withoutTrailingDash = (name: string, prefix: boolean): string =>
  prefix && name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;

export const nameIsDnsSubdomain: ObjectNameRule = (name, prefix) => dnsSubdomain(withoutTrailingDash(name, prefix));
export const nameIsDnsLabel: ObjectNameRule = (name, prefix) => dnsLabel(withoutTrailingDash(name, prefix));
