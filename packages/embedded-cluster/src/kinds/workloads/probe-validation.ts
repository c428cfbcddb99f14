import type { ValueMap } from "../../json.ts";
import { forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { httpHeaderName } from "../validation/names.ts";
import { type Findings, invalidFor, nonNegative, unsupported } from "./findings.ts";
import { validatePortReference } from "./port-validation.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt, textsAt } from "./reading.ts";

/** What a probe or a hook does: exactly one of these. */
const validateHandler = (
  handler: ValueMap,
  kinds: readonly string[],
  grace: number | undefined,
  field: string,
): Findings => {
  const present = kinds.filter((kind) => mapAt(handler, kind) !== undefined);
  const findings: FieldError[] = present.flatMap((kind, index) =>
    index === 0
      ? [...validateAction(kind, mapAt(handler, kind) ?? {}, grace, `${field}.${kind}`)]
      : [forbidden(`${field}.${kind}`, "may not specify more than 1 handler type")],
  );
  return present.length === 0 ? [required(field, "must specify a handler type")] : findings;
};

const validateAction = (kind: string, action: ValueMap, grace: number | undefined, field: string): Findings => {
  if (kind === "exec") return textsAt(action, "command").length === 0 ? [required(`${field}.command`)] : [];
  if (kind === "httpGet") return validateHttpGet(action, field);
  if (kind !== "sleep") return validatePortReference(action, `${field}.port`);
  const seconds = numberAt(action, "seconds") ?? 0;
  return grace !== undefined && (seconds < 0 || seconds > grace)
    ? [invalid(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
    : [];
};

const validateHttpGet = (action: ValueMap, field: string): Findings => {
  const scheme = textAt(action, "scheme");
  return [
    ...(textAt(action, "path") === "" ? [required(`${field}.path`)] : []),
    ...validatePortReference(action, `${field}.port`),
    ...(scheme === "HTTP" || scheme === "HTTPS" ? [] : [unsupported(`${field}.scheme`, scheme, ["HTTP", "HTTPS"])]),
    ...mapsAt(action, "httpHeaders").flatMap((header) =>
      invalidFor(`${field}.httpHeaders`, textAt(header, "name"), httpHeaderName(textAt(header, "name"))),
    ),
  ];
};

const SECONDS = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];

/** One probe, by its name in the container. */
const validateProbe = (container: ValueMap, name: string, grace: number | undefined, path: string): Findings => {
  const probe = mapAt(container, name);
  if (probe === undefined) return [];
  const field = `${path}.${name}`;
  const ownGrace = numberAt(probe, "terminationGracePeriodSeconds");
  const threshold = numberAt(probe, "successThreshold") ?? 0;
  const findings: FieldError[] = [
    ...validateHandler(probe, ["exec", "httpGet", "tcpSocket", "grpc"], grace, field),
    ...SECONDS.flatMap((key) => nonNegative(numberAt(probe, key), `${field}.${key}`)),
  ];
  const graceField = `${field}.terminationGracePeriodSeconds`;
  if (ownGrace !== undefined && ownGrace <= 0) findings.push(invalid(graceField, ownGrace, "must be greater than 0"));
  if (name !== "readinessProbe" && threshold !== 1)
    findings.push(invalid(`${field}.successThreshold`, threshold, "must be 1"));
  if (name === "readinessProbe" && ownGrace !== undefined)
    findings.push(invalid(graceField, ownGrace, "must not be set for readinessProbes"));
  return findings;
};

/** Hooks and probes of a container that runs beside others. */
export const validateLifecycleAndProbes = (container: ValueMap, grace: number | undefined, path: string): Findings => {
  const lifecycle = mapAt(container, "lifecycle");
  return [
    ...["postStart", "preStop"].flatMap((name) => {
      const hook = mapAt(lifecycle, name);
      return hook === undefined
        ? []
        : validateHandler(hook, ["exec", "httpGet", "tcpSocket", "sleep"], grace, `${path}.lifecycle.${name}`);
    }),
    ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) =>
      validateProbe(container, name, grace, path),
    ),
  ];
};

/** An init container that ends has none of them. */
export const forbidLifecycleAndProbes = (container: ValueMap, path: string): Findings =>
  ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]
    .filter((name) => isPresent(container, name))
    .map((name) => forbidden(`${path}.${name}`, "may not be set for init containers without restartPolicy=Always"));
