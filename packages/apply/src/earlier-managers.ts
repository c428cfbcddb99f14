import { isOfSubresource, isOwnEntry } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";

/** A manager that writes for people or for an engine before us, so that Git speaks for its fields now. */
interface EarlierManager {
  readonly manager: RegExp;
  /** At a takeover also what Git never declared goes over to us, and so away. */
  readonly whole: boolean;
}

/**
 * Policy: whose fields go over to us. Controllers are not here (kube-controller-manager, autoscalers, cert-manager, meshes):
 * what they write is theirs. The first row that fits counts.
 */
const EARLIER_MANAGERS: readonly EarlierManager[] = [
  // `kubectl rollout restart` is an order of a moment: a takeover must not undo it by another restart.
  { manager: /^kubectl-rollout$/, whole: false },
  { manager: /^(kubectl|oc)(\.exe)?(-.+)?$/, whole: true },
  // Made by the server for an object without managedFields: all that stood there before its first apply.
  { manager: /^before-first-apply$/, whole: true },
  // People's screens.
  { manager: /^(Mozilla|k9s|Lens|OpenLens|node-fetch)$/, whole: true },
  // Other engines; while the mark of one is live, only `adopt: takeover` comes so far.
  { manager: /^(flux|kustomize-controller|helm-controller|helm(\.exe)?|fleetagent)$/, whole: true },
  { manager: /^(argocd-controller|argocd-application-controller)$/, whole: true },
  { manager: /^(flux-operator|kapp(-.+)?|kpt|configsync(\..+)?|deploy@.+)$/, whole: true },
  { manager: /^(Terraform|HashiCorp|terraform-provider-.+|pulumi-kubernetes(-.+)?)$/, whole: true },
];

/** After the name of an earlier manager: it had these fields before Git named them, and keeps them. */
const HELD = " before Git";

const nameOf = (entry: ManagedEntry): string => (typeof entry["manager"] === "string" ? entry["manager"] : "");

/** The manager that an entry of this name stands for. */
export const managerBehind = (name: string): string => (name.endsWith(HELD) ? name.slice(0, -HELD.length) : name);

const rowOfName = (name: string): EarlierManager | undefined =>
  EARLIER_MANAGERS.find(({ manager }) => manager.test(managerBehind(name)));

const rowOf = (entry: ManagedEntry): EarlierManager | undefined => {
  return isOwnEntry(entry) || isOfSubresource(entry) ? undefined : rowOfName(nameOf(entry));
};

/** Whether a manager of this name writes for people or for an engine before us. */
export const isEarlierName = (name: string): boolean => rowOfName(name) !== undefined;

/** Whether an entry has what an earlier manager had before Git named it. */
export const isHeld = (entry: ManagedEntry): boolean => nameOf(entry).endsWith(HELD) && rowOf(entry) !== undefined;

/** The entry for what an earlier manager keeps. The longest name is of 128 characters. */
export const heldFrom = (entry: ManagedEntry): ManagedEntry => ({
  ...entry,
  manager: `${nameOf(entry).slice(0, 128 - HELD.length)}${HELD}`,
});

/** Whether what Git declared and declares no longer is ours to take out of this entry. */
export const isEarlier = (entry: ManagedEntry): boolean => rowOf(entry) !== undefined && !isHeld(entry);

/** Whether an object that is taken over brings all fields of this entry with it. */
export const comesWhole = (entry: ManagedEntry): boolean => rowOf(entry)?.whole === true;
