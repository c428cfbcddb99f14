import { explainClusterFailure } from "@evenkeel/apply";
import type { Bus, Outcome } from "@evenkeel/bus";
import { wait } from "@evenkeel/bus";
import { ApplyResult } from "@evenkeel/contracts";
import { ConnectionUnavailable, KubeconfigRefused, OtherCluster, isApiError } from "@evenkeel/kube";
import type { Reason } from "@evenkeel/words";

import { AnchorNamespaceMissing } from "../cluster/anchor-store.ts";
import { PlacedElsewhere } from "../cluster/anchors.ts";
import { ClusterTaken } from "../cluster/cluster-identities.ts";
import { AnchorDamaged } from "../core/anchor/anchor-document.ts";
import { BodyMissing } from "../partition/declarations.ts";
import { RunHalted } from "./run-halted.ts";
import { ClaimUnreadable } from "../claims/unreadable-claim.ts";
import { AuditUnavailable, EpochUnknown, LeaseLost, StateMoved } from "../write/write-refused.ts";

/** How an error ends a run: told as the halt says, left without a word for whoever goes on, or not foreseen. */
export type ErrorEnd =
  | { readonly kind: "halted"; readonly halt: RunHalted }
  | { readonly kind: "left"; readonly outcome: Outcome }
  | { readonly kind: "unexpected" };

/** What an end's words are about. */
export interface RunAbout {
  readonly cluster: string;
  /** The bus that is to be made anew, by when it was made. */
  readonly birth?: string | undefined;
  /** The run was told to stop. */
  readonly stopped?: boolean;
}

type Row = (error: unknown, about: RunAbout) => ErrorEnd | undefined;

const halted = (halt: RunHalted): ErrorEnd => ({ kind: "halted", halt });
const held = (reason: Reason, cause: Error): ErrorEnd =>
  halted(new RunHalted(ApplyResult.HELD, reason, true, { cause }));
const failed = (reason: Reason, cause: Error): ErrorEnd =>
  halted(new RunHalted(ApplyResult.FAILED, reason, true, { cause }));
const left = (ms: number, reason: string): ErrorEnd => ({ kind: "left", outcome: wait(ms, reason) });

const on =
  <E>(kind: abstract new (...args: never[]) => E, end: (error: E, about: RunAbout) => ErrorEnd): Row =>
  (error, about) =>
    error instanceof kind ? end(error, about) : undefined;

const makeAnew = (birth: string | undefined, error: AuditUnavailable): string => {
  const rebuild = `EVENKEEL_BUS_REBUILD=${birth ?? "<when it was made>"}`;
  if (error instanceof EpochUnknown && error.ahead !== undefined) {
    const above = `EVENKEEL_ANCHORED_EPOCH=${error.ahead}`;
    return `nothing is written until the bus gives out later epochs. Make the bus anew: its migration with ${rebuild} and ${above}, or npm start with ${above} and without nats/ in its data folder`;
  }
  return `nothing is written until the audit record is whole. If the bus came back from a backup, make the bus anew: its migration with ${rebuild}, or without nats/ in the data folder of a stopped npm start`;
};

const connection = (code: Reason["code"]) => (error: Error, cluster: string) =>
  held(
    {
      code,
      message: `cluster ${cluster}: ${error.message}`,
      remedy: "correct spec.connection of the Cluster, or what this service was started with",
    },
    error,
  );
const refused = connection("KubeconfigRefused");
const unavailable = connection("ConfigInvalid");

/** Of reaching a cluster, its anchor and the stores, and of writing there; the first that fits counts. */
const ENDS: readonly Row[] = [
  on(RunHalted, halted),
  (error, { cluster }) => (isApiError(error) ? failed(explainClusterFailure(cluster, error), error) : undefined),
  on(KubeconfigRefused, (error, { cluster }) => refused(error, cluster)),
  on(ConnectionUnavailable, (error, { cluster }) => unavailable(error, cluster)),
  on(AuditUnavailable, (error, { birth }) => {
    const remedy = error.remedy ?? makeAnew(birth, error);
    return held({ code: "AuditUnavailable", message: error.message, remedy }, error);
  }),
  on(AnchorDamaged, (error) => {
    const remedy = "nothing is written until the anchor in namespace evenkeel-system is mended";
    return held({ code: "AuditUnavailable", message: error.message, remedy }, error);
  }),
  on(AnchorNamespaceMissing, (error, { cluster }) =>
    held({ code: "Forbidden", message: `cluster ${cluster}: ${error.message}`, remedy: error.remedy }, error),
  ),
  on(ClaimUnreadable, (error) =>
    held({ code: "OwnershipConflict", message: error.message, remedy: error.remedy }, error),
  ),
  on(ClusterTaken, (error) => {
    const remedy = "declare it once: remove one of the two Clusters, or correct its spec.connection";
    return held({ code: "ClusterDuplicate", message: error.message, remedy }, error);
  }),
  on(OtherCluster, (error, { cluster }) => {
    const message = `cluster ${cluster} is another one now (kube-system ${error.found}, before ${error.expected})`;
    return failed({ code: "ApiUnavailable", message, remedy: "nothing: what is desired is applied to it anew" }, error);
  }),
  on(PlacedElsewhere, ({ message }) => {
    const remedy = "nothing: whoever it is placed with writes";
    return halted(new RunHalted(ApplyResult.SUPERSEDED, { code: "Superseded", message, remedy }, false));
  }),
  on(BodyMissing, (error) => {
    const remedy = "nothing: it is rendered or stored again";
    return held({ code: "BusUnavailable", message: error.message, remedy }, error);
  }),
  on(LeaseLost, ({ message }) => left(1_000, message)),
  on(StateMoved, ({ message }) => left(100, message)),
  (_, { stopped }) => (stopped === true ? left(100, "stopped before the end") : undefined),
];

/** What follows from an error, whichever work it ended. */
export const endOf = (error: unknown, about: RunAbout): ErrorEnd => {
  for (const row of ENDS) {
    const end = row(error, about);
    if (end !== undefined) return end;
  }
  return { kind: "unexpected" };
};

/** The same; where the bus is to be made anew, the remedy names this very bus. */
export const endNaming = async (bus: Pick<Bus, "birth">, error: unknown, about: RunAbout): Promise<ErrorEnd> =>
  endOf(error, {
    ...about,
    birth: error instanceof AuditUnavailable ? await bus.birth().catch(() => undefined) : undefined,
  });
