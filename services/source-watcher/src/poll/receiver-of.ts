import { FLEET_SOURCE } from "@evenkeel/contracts";
import type { WebhookKind } from "@evenkeel/words";

import type { Deps } from "../deps.ts";
import type { FleetView } from "../fleet/view-fleet.ts";
import { readSecretKey, readSecretFile } from "./read-secret.ts";

/** Who takes the webhooks of a repository: which forge's they are, and what they are signed with. */
export interface Receiver {
  readonly kind: WebhookKind;
  readonly url: string;
  readonly secret: () => Promise<string | undefined>;
}

type ReceiverDeps = Pick<Deps, "config" | "disk">;

/** Undefined: there is no such repository, or it takes none. */
export const receiverOf = (source: string, fleet: FleetView, { config, disk }: ReceiverDeps): Receiver | undefined => {
  if (source === FLEET_SOURCE) {
    const { url, webhook } = config.fleet;
    return webhook && { kind: webhook.kind, url, secret: () => readSecretFile(disk, webhook.secretFile) };
  }
  const spec = fleet.set().repositories.find(({ metadata }) => metadata.name === source)?.spec;
  if (spec?.webhook === undefined) return undefined;
  const { kind, secretRef } = spec.webhook;
  const secret = () => readSecretKey(disk, config.secretsDir, secretRef.name, secretRef.key).catch(() => undefined);
  return { kind, url: spec.url, secret };
};
