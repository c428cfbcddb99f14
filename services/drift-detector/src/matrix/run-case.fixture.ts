// For tests only.
import { toApplyBody } from "@evenkeel/apply";
import { decideDrift, decideEvent, recordOf } from "@evenkeel/drift";
import type { DriftDecision } from "@evenkeel/drift";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ApiErrorClass } from "@evenkeel/words";

import { openEditor } from "./editor.fixture.ts";
import type { Editor } from "./editor.fixture.ts";

/** One row of the drift matrix (docs/drift-matrix.md). */
export interface DriftCase {
  readonly id: string;
  readonly title: string;
  /** Without namespace; `namespaced: false` for cluster-scoped ones. */
  readonly manifest: KubeObject;
  readonly namespaced?: boolean;
  readonly edit: (editor: Editor) => Promise<void>;
  readonly expected: Found["verdict"];
  /** A dry-run differs, as the server acts on real writes only. */
  readonly dryDiffers?: boolean;
  /** Where a local test must already say no, before any dry-run. */
  readonly candidate?: boolean;
  /** Paths that the finding must name. */
  readonly paths?: readonly string[];
  readonly managers?: readonly string[];
  /** The apply, or what the edit applies, is refused as this class. */
  readonly refusedAs?: ApiErrorClass;
}

/** What the detector's rules make of it. */
export interface Found {
  readonly verdict: DriftDecision["verdict"] | "MISSING" | "TERMINATING" | "REFUSED";
  readonly candidate: boolean;
  /** What a dry-run says, asked also where the local tests passed: a difference there was missed. */
  readonly dry: DriftDecision["verdict"] | "NOT_ASKED";
  readonly paths: readonly string[];
  readonly managers: readonly string[];
}

const hashKey = "matrix";

/** The manifest as the applier sends it. */
export const bodyOf = (manifest: KubeObject, namespace: string): KubeObject =>
  toApplyBody(
    { ...manifest, metadata: { ...manifest.metadata, ...(namespace === "" ? {} : { namespace }) } },
    { appUid: "matrix", installation: "matrix", seq: "1", epoch: "1", src: "matrix@1:." },
  );

const judgeRefused = async (kube: Kube, row: DriftCase, body: KubeObject, signal: AbortSignal): Promise<Found> => {
  try {
    await kube.serverSideApply({ object: body, force: false, dryRun: false }, signal);
    await row.edit(openEditor(kube, body, signal));
  } catch (error) {
    if (isApiError(error) && error.errorClass === row.refusedAs) return { ...none, verdict: "REFUSED" };
    throw error;
  }
  throw new Error(`${row.id} was not refused`);
};

const none = { candidate: true, dry: "NOT_ASKED", paths: [], managers: [] } as const;

/** Applies, records, has the edit made, and judges: the two local tests first, a forced dry-run where they fail. */
export const runCase = async (kube: Kube, row: DriftCase, namespace: string, signal: AbortSignal): Promise<Found> => {
  const body = bodyOf(row.manifest, row.namespaced === false ? "" : namespace);
  if (row.refusedAs !== undefined) return judgeRefused(kube, row, body, signal);
  const applied = await kube.serverSideApply({ object: body, force: false, dryRun: false }, signal);
  const record = recordOf(applied.object, body, { desired: "d", hashKey });
  await row.edit(openEditor(kube, body, signal));
  const live = await kube.getObject(refOf(body), {}, signal);
  if (live === undefined) return { ...none, verdict: "MISSING" };
  const judged = decideEvent(record, live, { hashKey, masks: new Map(), versionsOrdered: true });
  if (judged.kind === "terminating") return { ...none, verdict: "TERMINATING" };
  try {
    const dry = await kube.serverSideApply({ object: body, force: true, dryRun: true }, signal);
    const confirmed = decideDrift({ record, body, dry: dry.object, live, hashKey });
    const isCandidate = judged.kind === "candidate";
    return {
      // What the local tests let pass never reaches a dry-run: it is in sync, whatever that would have said.
      verdict: isCandidate ? confirmed.verdict : "IN_SYNC",
      candidate: isCandidate,
      dry: confirmed.verdict,
      paths: "differences" in confirmed ? confirmed.differences.map((difference) => difference.path) : [],
      managers: "managers" in confirmed ? confirmed.managers.map((found) => found.manager) : [],
    };
  } catch (error) {
    if (isApiError(error)) return { ...none, verdict: "UNVERIFIABLE" };
    throw error;
  }
};
