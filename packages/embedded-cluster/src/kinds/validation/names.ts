/** A rule for a string: what is wrong with it. */
export type NameRule = (value: string) => readonly string[];
/** A rule for metadata.name; `prefix` is set for generateName, whose trailing dash is then let through. */
export type ObjectNameRule = (name: string, prefix: boolean) => readonly string[];

/** A string's length as Go counts it: bytes of its UTF-8 form. */
export const byteLength = (text: string): number => Buffer.byteLength(text, "utf8");

const rule =
  (form: RegExp, limit: number, what: string): NameRule =>
  (value) =>
    byteLength(value) <= limit && form.test(value) ? [] : [`must be ${what} of at most ${limit} bytes`];

const subdomainForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const plainName = rule(/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/, 63, "alphanumeric, '-', '_' or '.',");

export const dnsLabel = rule(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 63, "a lowercase RFC 1123 label");
export const dnsSubdomain = rule(subdomainForm, 253, "a lowercase RFC 1123 subdomain");

/** A label key: an optional DNS subdomain and `/`, then a name of at most 63 bytes. Also the rule for annotations (in lower case), finalizers. */
export const qualifiedNameRule: NameRule = (value) => {
  const slash = value.indexOf("/");
  return [...(slash === -1 ? [] : dnsSubdomain(value.slice(0, slash))), ...plainName(value.slice(slash + 1))];
};

/** Empty, or at most 63 bytes that start and end with a letter or digit. */
export const labelValue: NameRule = (value) => (value === "" ? [] : plainName(value));

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
