import type { ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateLegacyIp } from "../validation/ip-address.ts";
import { mismatch, tooManyCharacters } from "../validation/name-texts.ts";
import { dnsSubdomainAt, type Findings, invalidFor } from "./findings.ts";
import { mapAt, mapsAt, textAt, textsAt } from "./reading.ts";

const LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
const SEARCH = `${LABEL}(\\.${LABEL})*`;
const SEARCH_PATTERN = new RegExp(`^${SEARCH}$`);

/** A search domain may have underscores. */
const searchDomain = (name: string): readonly string[] => [
  ...(name.length > 253 ? [tooManyCharacters(253)] : []),
  ...(SEARCH_PATTERN.test(name)
    ? []
    : [
        mismatch(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
          SEARCH,
          "example.com",
        ),
      ]),
];

export const validateDns = (spec: ValueMap, field: string): Findings => {
  const config = mapAt(spec, "dnsConfig");
  const nameservers = textsAt(config, "nameservers");
  const searches = textsAt(config, "searches");
  if (spec["dnsPolicy"] === "None") {
    if (config === undefined) return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")];
    if (nameservers.length === 0)
      return [required(`${field}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None")];
  }
  const findings: FieldError[] = [];
  if (nameservers.length > 3)
    findings.push(invalid(`${field}.nameservers`, [...nameservers], "must not have more than 3 nameservers"));
  for (const [index, ip] of nameservers.entries())
    findings.push(...validateLegacyIp(ip, `${field}.nameservers[${index}]`));
  if (searches.length > 32)
    findings.push(invalid(`${field}.searches`, [...searches], "must not have more than 32 search paths"));
  if (searches.join(" ").length > 2048)
    findings.push(
      invalid(
        `${field}.searches`,
        [...searches],
        "must not have more than 2048 characters (including spaces) in the search list",
      ),
    );
  for (const [index, search] of searches.entries()) {
    const name = search.replace(/\.$/, "");
    if (search !== ".") findings.push(...invalidFor(`${field}.searches[${index}]`, name, searchDomain(name)));
  }
  for (const [index, option] of mapsAt(config, "options").entries())
    if (textAt(option, "name") === "") findings.push(required(`${field}.options[${index}]`, "must not be empty"));
  return findings;
};

export const validateHostAliases = (spec: ValueMap, field: string): Findings =>
  mapsAt(spec, "hostAliases").flatMap((alias, index) => [
    ...validateLegacyIp(textAt(alias, "ip"), `${field}[${index}].ip`),
    ...textsAt(alias, "hostnames").flatMap((name, at) => dnsSubdomainAt(name, `${field}[${index}].hostnames[${at}]`)),
  ]);
