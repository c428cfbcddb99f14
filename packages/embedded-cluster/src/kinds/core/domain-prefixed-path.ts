import { type FieldError, invalid, required } from "../field-error.ts";
import { mismatch } from "../validation/name-texts.ts";
import { dnsSubdomain } from "../validation/names.ts";

const pathExpression = String.raw`[A-Za-z0-9/\-._~%!$&'()*+,;=:]+`;
const pathRegexp = new RegExp(`^${pathExpression}$`);

/** `acme.io/foo`: a DNS subdomain, a slash and an HTTP path. */
export const validateDomainPrefixedPath = (value: string, field: string): readonly FieldError[] => {
  if (value === "") return [required(field)];
  const slash = value.indexOf("/");
  const [host, path] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)];
  if (slash < 0 || host === "" || path === "")
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [
    ...dnsSubdomain(host).map((text) => invalid(field, host, text)),
    ...(pathRegexp.test(path) ? [] : [invalid(field, path, mismatch("Invalid path", pathExpression))]),
  ];
};
