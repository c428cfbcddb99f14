import {
  DesiredStateChanged,
  FLEET_SOURCE,
  LineageStatement,
  RenderFailed,
  RenderRequested,
} from "@evenkeel/contracts";
import type { Unit, UnitVersion } from "@evenkeel/contracts";

import type { DeclaredUnit, Inputs, SourceTip } from "./plan/renders-to-request.ts";

/** Builders for the tables of core: every field has a plain default, a row names only what it is about. */
export const unit = (app: string, cluster = "prod"): Unit => ({ cluster, app, appUid: app.padEnd(32, "0") });

export const version = (fleet: bigint, source: bigint, selection = 1n, tools = 3n): UnitVersion => ({
  fleet,
  selection,
  sources: [{ source: "web", seq: source }],
  tools,
});

const lineage = (gitRef = "refs/heads/main"): LineageStatement =>
  LineageStatement.fromPartial({ source: "web", gitRef });

export const tip = (seq: bigint, change: Partial<SourceTip> = {}): SourceTip => ({
  seq,
  revision: `commit-${seq}`,
  tree: `tree-${seq}`,
  url: "https://git.example/web",
  gitRef: "refs/heads/main",
  lineage: lineage(),
  acceptedAt: undefined,
  subject: "Change",
  author: "Ann <ann@example.org>",
  ...change,
});

export const inputs = (fleetSeq: bigint, source: SourceTip | undefined): Inputs => ({
  fleetSeq,
  declarationsDigest: `sha256:set-${fleetSeq}`,
  fleetStatement: LineageStatement.fromPartial({ source: FLEET_SOURCE, seq: fleetSeq }),
  toolsSeq: 3n,
  floor: 0n,
  tip: source,
});

export const declared = (app: string, change: Partial<DeclaredUnit> = {}): DeclaredUnit => ({
  unit: unit(app),
  source: "web",
  path: `apps/${app}`,
  application: `application-${app}`,
  declared: `declared-${app}`,
  placement: 1n,
  ...change,
});

const asked = (at: UnitVersion) => ({
  unit: unit("a"),
  version: at,
  source: "web",
  revision: "commit-2",
  declarationsDigest: "sha256:set-1",
  placement: 1n,
  lineage: lineage(),
  url: "https://git.example/web",
  traceId: "trace",
});

export const requested = (at: UnitVersion, change: Partial<RenderRequested> = {}): RenderRequested =>
  RenderRequested.fromPartial({ ...asked(at), tree: "tree-2", ...change });

export const desired = (at: UnitVersion, change: Partial<DesiredStateChanged> = {}): DesiredStateChanged =>
  DesiredStateChanged.fromPartial({ ...asked(at), digest: "sha256:set", ...change });

export const failed = (at: UnitVersion, message = "apps/a/x.yaml:3 is no YAML"): RenderFailed =>
  RenderFailed.fromPartial({ unit: unit("a"), version: at, source: "web", reason: { code: "YamlRefused", message } });
