import type { ValueMap } from "../../json.ts";
import { goQuote } from "../validation/go-quote.ts";
import { mapsAt, numberAt, textAt } from "./reading.ts";

interface PlacedPort {
  readonly field: string;
  readonly name: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIP: string;
}

/** Ports that are said twice, or nearly so, across all containers of a pod. */
export const portWarnings = (spec: ValueMap | undefined, at: string): readonly string[] => {
  const ports = portsOf(spec, at);
  return [
    ...ports.flatMap((port, index) => [
      ...(port.hostIP !== "" && port.hostPort === 0
        ? [`${port.field}: hostIP set without hostPort: ${asGoStruct(port)}`]
        : []),
      ...ports.slice(0, index).flatMap((other) => clash(port, other)),
    ]),
    ...ports.flatMap((port, index) => {
      const other = ports.slice(0, index).find(({ name }) => name === port.name);
      return port.name === "" || other === undefined
        ? []
        : [
            `${port.field}: duplicate port name ${goQuote(port.name)} with ${other.field}, services and probes that select ports by name will use ${other.field}`,
          ];
    }),
  ];
};

const portsOf = (spec: ValueMap | undefined, at: string): readonly PlacedPort[] =>
  ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    mapsAt(spec, list).flatMap((container, index) =>
      mapsAt(container, "ports").map((port, position) => ({
        field: `${at}.${list}[${index}].ports[${position}]`,
        name: textAt(port, "name"),
        hostPort: numberAt(port, "hostPort") ?? 0,
        containerPort: numberAt(port, "containerPort") ?? 0,
        protocol: textAt(port, "protocol"),
        hostIP: textAt(port, "hostIP"),
      })),
    ),
  );

const clash = (port: PlacedPort, other: PlacedPort): readonly string[] => {
  if (port.containerPort !== other.containerPort || port.protocol !== other.protocol) return [];
  const warn = (what: string): readonly string[] => [`${port.field}: ${what} port definition with ${other.field}`];
  if (port.hostIP === other.hostIP && port.hostPort === other.hostPort) return warn("duplicate");
  if (port.hostPort === 0 || other.hostPort === 0) return warn("overlapping");
  const oneOpen = (port.hostIP === "") !== (other.hostIP === "");
  return port.hostPort === other.hostPort && oneOpen ? warn("dangerously ambiguous") : [];
};

const asGoStruct = ({ name, hostPort, containerPort, protocol, hostIP }: PlacedPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
