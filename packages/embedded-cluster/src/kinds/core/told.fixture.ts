import type { LiveObject } from "../../json.ts";
import { describeFieldError, type FieldError } from "../field-error.ts";
import type { KindStrategy, StrategyContext } from "../kind-strategy.ts";

/** For tests: findings as the message of a Status tells them. */
export const told = (errors: readonly FieldError[] | undefined): readonly string[] =>
  (errors ?? []).map((error) => `${error.field}: ${describeFieldError(error)}`);

/** For tests: a cluster where every address and port is free, given out in order. */
export const freeCluster = (): StrategyContext => {
  let [address, port] = [1, 30_000];
  return {
    now: "2026-01-01T00:00:00Z",
    random: () => 0,
    allocateClusterIP: (asked = `10.96.0.${(address += 1)}`) => (asked.startsWith("10.96.") ? asked : undefined),
    allocateNodePort: (asked = (port += 1)) => (asked >= 30_000 && asked <= 32_767 ? asked : undefined),
    get: () => undefined,
  };
};

/** For tests: the object as it would be stored. */
export const created = (strategy: KindStrategy, object: LiveObject): LiveObject => {
  strategy.applyDefaults?.(object);
  strategy.prepareForCreate?.(object, freeCluster());
  return object;
};
