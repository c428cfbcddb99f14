import type { LiveObject } from "../../json.ts";
import { type FieldError, invalid } from "../field-error.ts";
import type { StrategyContext } from "../kind-strategy.ts";
import { fill, numberAt, textAt } from "../../reading.ts";
import { allocatesNodePorts, clusterIPsOf, needsClusterIP, portsOf, specOf, takesNodePorts } from "./service-type.ts";

/** A dry run reserves nothing: it tells dummies from beyond the range. */
const FIRST_DUMMY = 32_769;

const allocateAddress = (service: LiveObject, context: StrategyContext): readonly FieldError[] => {
  const spec = specOf(service);
  const asked = clusterIPsOf(service)[0] ?? textAt(spec, "clusterIP");
  const address = asked === "None" ? asked : context.allocateClusterIP(asked || undefined);
  if (address === undefined) return [invalid("spec.clusterIPs", asked, "provided IP is not free in 10.96.0.0/16")];
  Object.assign(spec, { clusterIP: address, clusterIPs: [address] });
  return [];
};

const allocatePorts = (
  service: LiveObject,
  old: LiveObject | undefined,
  context: StrategyContext,
): readonly FieldError[] => {
  const held = new Set(old === undefined ? [] : portsOf(old).map((port) => numberAt(port, "nodePort")));
  return portsOf(service).flatMap((port, index): readonly FieldError[] => {
    const asked = numberAt(port, "nodePort") ?? 0;
    if (asked === 0 ? !allocatesNodePorts(service) : held.has(asked)) return [];
    const given =
      context.dryRun === true && asked === 0 ? FIRST_DUMMY + index : context.allocateNodePort(asked || undefined);
    if (given === undefined)
      return [invalid(`spec.ports[${index}].nodePort`, asked, "provided port is not free in 30000-32767")];
    port["nodePort"] = given;
    return [];
  });
};

/** Gives a Service the address and the node ports that its type asks for and that it has not; one IPv4 address, whatever families it names. */
export const allocate = (
  service: LiveObject,
  old: LiveObject | undefined,
  context: StrategyContext,
): readonly FieldError[] => {
  const hasAddress = old !== undefined && needsClusterIP(old);
  if (needsClusterIP(service)) {
    fill(specOf(service), "ipFamilyPolicy", "SingleStack");
    fill(specOf(service), "ipFamilies", ["IPv4"]);
  }
  return [
    ...(needsClusterIP(service) && !hasAddress ? allocateAddress(service, context) : []),
    ...(takesNodePorts(service) ? allocatePorts(service, old, context) : []),
  ];
};
