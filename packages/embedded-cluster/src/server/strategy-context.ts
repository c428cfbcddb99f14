import type { StrategyContext } from "../kinds/kind-strategy.ts";
import { type ClusterState, nowOf } from "./cluster-state.ts";

const FIRST_PORT = 30_000;
const PORTS = 2_768;
const ATTEMPTS = 2_000;

/** What a dry run shows where it was not asked for an address or port of its own: the server's allocators then do nothing. */
const NOT_ALLOCATED = { address: "10.96.0.0", port: FIRST_PORT } as const;

/** An address of the service range 10.96.0.0/16, without its first and last. */
const isServiceAddress = (address: string): boolean => {
  const match = /^10\.96\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (match === null) return false;
  const [third, fourth] = [Number(match[1]), Number(match[2])];
  const offset = third * 256 + fourth;
  return third < 256 && fourth < 256 && offset > 0 && offset < 65_535;
};

/** What strategies may ask of the cluster during one request; what is reserved is held only once the object is stored. */
export const strategyContext = (cluster: ClusterState, dryRun: boolean, throughStatus = false): StrategyContext => {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  const { allocations, catalogue, random, store } = cluster;
  const reserve = <T>(set: Set<T>, value: T, isHeld: boolean): T | undefined => {
    if (isHeld || set.has(value)) return undefined;
    set.add(value);
    return value;
  };
  const tryOften = <T>(attempt: () => T | undefined): T | undefined => {
    for (let left = ATTEMPTS; left > 0; left -= 1) {
      const found = attempt();
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const address = (wanted: string): string | undefined =>
    isServiceAddress(wanted) ? reserve(addresses, wanted, allocations.holdsAddress(wanted)) : undefined;
  const port = (wanted: number): number | undefined =>
    wanted >= FIRST_PORT && wanted < FIRST_PORT + PORTS
      ? reserve(ports, wanted, allocations.holdsPort(wanted))
      : undefined;
  return {
    now: nowOf(cluster),
    dryRun,
    throughStatus,
    random,
    allocateClusterIP: (asked) =>
      asked === undefined
        ? dryRun
          ? NOT_ALLOCATED.address
          : tryOften(() => address(`10.96.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`))
        : address(asked),
    allocateNodePort: (asked) =>
      asked === undefined
        ? dryRun
          ? NOT_ALLOCATED.port
          : tryOften(() => port(FIRST_PORT + Math.floor(random() * PORTS)))
        : port(asked),
    get: (group, kind, namespace, name) => {
      const plural = catalogue.findKind(group, kind)?.plural;
      return plural === undefined ? undefined : store.read({ group, plural, namespace, name });
    },
  };
};
