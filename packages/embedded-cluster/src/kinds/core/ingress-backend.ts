import { isMap, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import { dnsSubdomain, nameIsDnsLabel, pathSegment, portName, portNumber } from "../validation/names.ts";
import { fieldsOf, numberOf, textOf } from "../validation/read-value.ts";

/** A kind and a name, both of which must fit a path. */
export const validateTypedReference = (reference: Readonly<ValueMap>, field: string): readonly FieldError[] => {
  const group = reference["apiGroup"];
  return [
    ...(typeof group === "string" ? dnsSubdomain(group).map((text) => invalid(`${field}.apiGroup`, group, text)) : []),
    ...["kind", "name"].flatMap((key) => {
      const value = textOf(reference[key]);
      const at = `${field}.${key}`;
      return value === "" ? [required(at)] : pathSegment(value, false).map((text) => invalid(at, value, text));
    }),
  ];
};

const validateService = (service: ValueMap, field: string): readonly FieldError[] => {
  const name = textOf(service["name"]);
  const port = fieldsOf(service["port"]);
  const [portText, number] = [textOf(port["name"]), numberOf(port["number"])];
  const at = `${field}.service`;
  const errors: FieldError[] =
    name === ""
      ? [required(`${at}.name`)]
      : nameIsDnsLabel(name, false).map((text) => invalid(`${at}.name`, name, text));
  if (portText !== "" && number !== 0)
    return [...errors, invalid(field, "", "cannot set both port name & port number")];
  if (portText !== "")
    return [...errors, ...portName(portText).map((text) => invalid(`${at}.port.name`, portText, text))];
  if (number !== 0) return [...errors, ...portNumber(number).map((text) => invalid(`${at}.port.number`, number, text))];
  return [...errors, required(field, "port name or number is required")];
};

/** Where an Ingress sends to: a service or another resource. */
export const validateIngressBackend = (backend: Readonly<ValueMap>, field: string): readonly FieldError[] => {
  const { resource, service } = backend;
  if (isMap(resource) && isMap(service)) return [invalid(field, "", "cannot set both resource and service backends")];
  if (isMap(resource)) return validateTypedReference(resource, `${field}.resource`);
  return isMap(service)
    ? validateService(service, field)
    : [invalid(field, "", "resource or service backend is required")];
};
