import { isMap, type LiveObject } from "../../json.ts";
import { type FieldError, invalid, ofNamedType, required, tooLongBytes } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { stringEntries } from "../validation/labels.ts";
import { configMapKey, nameIsDnsSubdomain } from "../validation/names.ts";
import { fieldsOf, textOf } from "../validation/read-value.ts";
import { bytesIn, emptyBytes, fromBase64, hasNilBytes, toBase64 } from "./bytes.ts";
import { DATA_LIMIT, validateImmutable } from "./config-map.ts";
import { jsonObjectProblem } from "./json-object-problem.ts";

/** Names the account that a token is for. */
const accountAnnotation = "kubernetes.io/service-account.name";

const dockerConfig = (data: (key: string) => string | undefined, key: string): readonly FieldError[] => {
  const value = data(key);
  if (value === undefined) return [required(`data[${key}]`)];
  const problem = jsonObjectProblem(fromBase64(value));
  return problem === undefined ? [] : [invalid(`data[${key}]`, "<secret contents redacted>", problem)];
};

const validateForType = (object: LiveObject): readonly FieldError[] => {
  const fields = fieldsOf(object["data"]);
  const data = (key: string): string | undefined => (Object.hasOwn(fields, key) ? textOf(fields[key]) : undefined);
  const missing = (...keys: readonly string[]): readonly FieldError[] =>
    keys.filter((key) => data(key) === undefined).map((key) => required(`data[${key}]`));
  switch (textOf(object["type"])) {
    case "kubernetes.io/service-account-token":
      return textOf(fieldsOf(object.metadata["annotations"])[accountAnnotation]) === ""
        ? [required(`metadata.annotations[${accountAnnotation}]`)]
        : [];
    case "kubernetes.io/dockercfg":
      return dockerConfig(data, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return dockerConfig(data, ".dockerconfigjson");
    case "kubernetes.io/basic-auth": {
      const absent = missing("username", "password");
      return absent.length === 2 ? absent : [];
    }
    case "kubernetes.io/ssh-auth":
      return (data("ssh-privatekey") ?? "") === "" ? [required("data[ssh-privatekey]")] : [];
    case "kubernetes.io/tls":
      return missing("tls.crt", "tls.key");
    default:
      return [];
  }
};

const validate = (object: LiveObject): readonly FieldError[] => {
  const errors = [...validateCoreObjectMeta(object, true, nameIsDnsSubdomain)];
  let size = 0;
  for (const [key, value] of stringEntries(object["data"])) {
    errors.push(...configMapKey(key).map((text) => invalid(`data[${key}]`, key, text)));
    size += bytesIn(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLongBytes("data", DATA_LIMIT));
  return [...errors, ...validateForType(object)];
};

/** stringData is a way of writing only: its entries replace those of data. */
const mergeStringData = (object: LiveObject): void => {
  const texts = stringEntries(object["stringData"]);
  delete object["stringData"];
  if (texts.length === 0) return;
  const data = isMap(object["data"]) ? object["data"] : {};
  for (const [key, text] of texts) data[key] = toBase64(text);
  object["data"] = data;
};

/** A TLS pair that cannot be one; of Go's findings only the commonest are told. */
const secretWarnings = (object: LiveObject): readonly string[] => {
  if (object["type"] !== "kubernetes.io/tls") return [];
  const data = fieldsOf(object["data"]);
  const hasPem = (key: string): boolean => /-----BEGIN [^-]+-----\r?\n/.test(fromBase64(textOf(data[key])));
  if (!hasPem("tls.crt")) return ["tls: failed to find any PEM data in certificate input"];
  return hasPem("tls.key") ? [] : ["tls: failed to find any PEM data in key input"];
};

export const secret: KindStrategy = {
  readsOtherwise: (object) => hasNilBytes(object["data"]),
  validatesMetadata: true,
  applyDefaults: (object) => {
    emptyBytes(object["data"]);
    mergeStringData(object);
    if (textOf(object["type"]) === "") object["type"] = "Opaque";
  },
  validateCreate: validate,
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...(object["type"] === old["type"]
      ? []
      : [ofNamedType(invalid("type", object["type"] ?? "", "field is immutable"))]),
    ...validateImmutable(object, old, ["data"]),
    ...validate(object),
  ],
  prepareForUpdate: (object, old) => {
    if (textOf(object["type"]) === "") object["type"] = old["type"] ?? "";
  },
  warnings: secretWarnings,
};
