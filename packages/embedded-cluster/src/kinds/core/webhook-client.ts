import { isMap, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import { goQuote } from "../validation/go-quote.ts";
import { dnsSubdomain, portNumber } from "../validation/names.ts";
import { isSet, numberOf, textOf } from "../validation/read-value.ts";

const form = "; desired format: https://host[/path]";
const urlPattern = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;

const isControl = (text: string): boolean => Array.from(text).some((each) => each < " " || each === "\u007F");

const validateUrl = (url: string, field: string): readonly FieldError[] => {
  if (isControl(url))
    return [
      required(
        field,
        `url must be a valid URL: parse ${goQuote(url)}: net/url: invalid control character in URL${form}`,
      ),
    ];
  const hash = url.indexOf("#");
  const fragment = hash < 0 ? "" : url.slice(hash + 1);
  const [, scheme = "", authority = "", , query = ""] = urlPattern.exec(hash < 0 ? url : url.slice(0, hash)) ?? [];
  const at = authority.lastIndexOf("@");
  const errors: FieldError[] = [];
  if (scheme.toLowerCase() !== "https")
    errors.push(invalid(field, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`));
  if (authority.slice(at + 1) === "") errors.push(invalid(field, "", `host must be specified${form}`));
  if (at >= 0) errors.push(invalid(field, authority.slice(0, at), "user information is not permitted in the URL"));
  if (fragment !== "") errors.push(invalid(field, fragment, "fragments are not permitted in the URL"));
  if (query !== "") errors.push(invalid(field, query, "query parameters are not permitted in the URL"));
  return errors;
};

const validatePath = (path: string, field: string): readonly FieldError[] => {
  if (path === "/" || path === "") return [];
  if (path === "//") return [invalid(field, path, "segment[0] may not be empty")];
  const errors = path.startsWith("/") ? [] : [invalid(field, path, "must start with a '/'")];
  const steps = path.slice(1).replace(/\/$/, "").split("/");
  for (const [index, step] of steps.entries()) {
    if (step === "") errors.push(invalid(field, path, `segment[${index}] may not be empty`));
    else errors.push(...dnsSubdomain(step).map((text) => invalid(field, path, `segment[${index}]: ${text}`)));
  }
  return errors;
};

/** The server has name and namespace the wrong way round: what lacks one is told to lack the other. */
const validateService = (service: ValueMap, field: string): readonly FieldError[] => {
  const port = numberOf(service["port"]);
  return [
    ...(textOf(service["namespace"]) === "" ? [required(`${field}.name`)] : []),
    ...(textOf(service["name"]) === "" ? [required(`${field}.namespace`)] : []),
    ...portNumber(port).map((text) => invalid(`${field}.port`, port, `port is not valid: ${text}`)),
    ...(isSet(service["path"]) ? validatePath(textOf(service["path"]), `${field}.path`) : []),
  ];
};

/** Where a webhook is called: a URL or a service. */
export const validateWebhookClient = (client: Readonly<ValueMap>, field: string): readonly FieldError[] => {
  const { url, service } = client;
  if (isSet(url) === isMap(service)) return [required(field, "exactly one of url or service is required")];
  return isMap(service) ? validateService(service, `${field}.service`) : validateUrl(textOf(url), `${field}.url`);
};

/** A service without a port is called at 443. */
export const defaultServicePort = (client: Readonly<ValueMap>): void => {
  const { service } = client;
  if (isMap(service) && !isSet(service["port"])) service["port"] = 443;
};
