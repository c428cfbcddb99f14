import type { ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { intOrString } from "../validation/int-or-string.ts";
import { portName, portNumber } from "../validation/names.ts";
import { type Findings, invalidFor, unsupported } from "./findings.ts";
import { mapsAt, numberAt, textAt } from "./reading.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** `ports` of one container. */
export const validateContainerPorts = (container: ValueMap, field: string): Findings => {
  const findings: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, port] of mapsAt(container, "ports").entries()) {
    const at = `${field}[${index}]`;
    const name = textAt(port, "name");
    if (name !== "") {
      const texts = portName(name);
      if (texts.length > 0) findings.push(...invalidFor(`${at}.name`, name, texts));
      else if (names.has(name)) findings.push(duplicate(`${at}.name`, name));
      else names.add(name);
    }
    const containerPort = numberAt(port, "containerPort") ?? 0;
    if (containerPort === 0) findings.push(required(`${at}.containerPort`));
    else findings.push(...invalidFor(`${at}.containerPort`, containerPort, portNumber(containerPort)));
    const hostPort = numberAt(port, "hostPort") ?? 0;
    if (hostPort !== 0) findings.push(...invalidFor(`${at}.hostPort`, hostPort, portNumber(hostPort)));
    const protocol = textAt(port, "protocol");
    if (protocol === "") findings.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) findings.push(unsupported(`${at}.protocol`, protocol, PROTOCOLS));
  }
  return findings;
};

/** No two containers may ask for the same port of the host. */
export const validateHostPorts = (containers: readonly ValueMap[], field: string): Findings => {
  const taken = new Set<string>();
  return containers.flatMap((container, index) =>
    mapsAt(container, "ports").flatMap((port, portIndex) => {
      const hostPort = numberAt(port, "hostPort") ?? 0;
      if (hostPort === 0) return [];
      const key = `${textAt(port, "protocol")}/${textAt(port, "hostIP")}/${hostPort}`;
      if (taken.has(key)) return [duplicate(`${field}[${index}].ports[${portIndex}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
};

/** With host networking a port of the host is the container's: in a template it may also be left out. */
export const validateHostNetworkPorts = (spec: ValueMap, field: string, isPod: boolean): Findings => {
  if (spec["hostNetwork"] !== true) return [];
  return mapsAt(spec, "containers").flatMap((container, index) =>
    mapsAt(container, "ports").flatMap((port, portIndex) => {
      const hostPort = numberAt(port, "hostPort") ?? 0;
      const containerPort = numberAt(port, "containerPort") ?? 0;
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return [];
      const at = `${field}.containers[${index}].ports[${portIndex}].hostPort`;
      return [invalid(at, hostPort, "must match `containerPort` when `hostNetwork` is true")];
    }),
  );
};

/** A port of a probe: a number, or a container port's name. */
export const validatePortReference = (parent: ValueMap, field: string): Findings => {
  const port = intOrString(parent["port"]) ?? 0;
  return typeof port === "number" ? invalidFor(field, port, portNumber(port)) : invalidFor(field, port, portName(port));
};
