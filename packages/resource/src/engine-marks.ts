import type { KubeObject } from "./kube-object.ts";
import { OWN_ANNOTATIONS } from "./own-metadata.ts";

/** What a mark of another engine asks for, and what becomes of it here. */
export type MarkEffect =
  /** Says nothing that applying could heed. */
  | { readonly kind: "none" }
  /** Heeded: by `keptBy`, `askedBefore`, `waveOf` and `recreatedBy` below. */
  | { readonly kind: "honoured" }
  | { readonly kind: "warn"; readonly says: string }
  /** The object is no part of the desired state. */
  | { readonly kind: "leave-out"; readonly says: string }
  | { readonly kind: "refuse"; readonly says: string; readonly remedy: string };

interface MarkRule {
  readonly key: string;
  /** Values that the effect is for, one of a comma list; absent: any other. */
  readonly values?: RegExp;
  readonly effect: MarkEffect;
}

const none: MarkEffect = { kind: "none" };
const honoured: MarkEffect = { kind: "honoured" };
const warn = (says: string): MarkEffect => ({ kind: "warn", says });
const leaveOut = (says: string): MarkEffect => ({ kind: "leave-out", says });
const refuse = (says: string, remedy: string): MarkEffect => ({ kind: "refuse", says, remedy });

const ORDINARY = "it is applied with the rest, as an ordinary object, and nothing waits for its end";
const NO_MOMENT = "it is left out: this moment does not exist here";
const NOT_DELETED = "it is not deleted when it has ended";
const CREATE_ONLY = "declare ignore with mode: create-only for its fields in the Application";

/**
 * Every annotation of Helm, Argo CD and Flux that means keep, order, hook, replace or never touch. The first row of a
 * key whose values fit counts; a comma list is judged item by item. What a hook list names is one mark: see `hookEffect`.
 */
export const MARK_RULES: readonly MarkRule[] = [
  { key: "helm.sh/resource-policy", values: /^keep$/i, effect: honoured },
  { key: "helm.sh/hook", values: /^(?:pre|post)-(?:install|upgrade)$|^crd-install$/i, effect: warn(ORDINARY) },
  {
    key: "helm.sh/hook",
    values: /^test(?:-success|-failure)?$|^(?:pre|post)-(?:delete|rollback)$/i,
    effect: leaveOut(NO_MOMENT),
  },
  { key: "helm.sh/hook-weight", effect: warn("it gives no order: write evenkeel.dev/wave") },
  { key: "helm.sh/hook-delete-policy", values: /^before-hook-creation$/i, effect: none },
  { key: "helm.sh/hook-delete-policy", values: /^hook-(?:succeeded|failed)$/i, effect: warn(NOT_DELETED) },
  { key: "helm.sh/hook-output-log-policy", effect: none },

  { key: "argocd.argoproj.io/hook", values: /^(?:PreSync|Sync|PostSync)$/, effect: warn(ORDINARY) },
  { key: "argocd.argoproj.io/hook", values: /^(?:SyncFail|PreDelete|PostDelete)$/, effect: leaveOut(NO_MOMENT) },
  { key: "argocd.argoproj.io/hook", values: /^Skip$/, effect: leaveOut("it is left out, as it says") },
  { key: "argocd.argoproj.io/hook-delete-policy", values: /^BeforeHookCreation$/, effect: none },
  { key: "argocd.argoproj.io/hook-delete-policy", values: /^Hook(?:Succeeded|Failed)$/, effect: warn(NOT_DELETED) },
  { key: "argocd.argoproj.io/sync-wave", values: /^-?\d{1,6}$/, effect: honoured },
  {
    key: "argocd.argoproj.io/sync-options",
    values: /^(?:Prune|Delete)=(?:false|confirm)$|^Force=true$/,
    effect: honoured,
  },
  {
    key: "argocd.argoproj.io/sync-options",
    values: /^Replace=true$/,
    effect: warn(
      "it is applied by server-side apply all the same: write evenkeel.dev/recreate where it must be replaced",
    ),
  },
  { key: "argocd.argoproj.io/sync-options", values: /^Validate=false$/, effect: warn("it is validated all the same") },
  {
    key: "argocd.argoproj.io/sync-options",
    values:
      /^(?:Prune|Delete|Validate|PruneLast|ServerSideApply|ApplyOutOfSyncOnly|RespectIgnoreDifferences|CreateNamespace|FailOnSharedResource|SkipDryRunOnMissingResource|ClientSideApplyMigration)=true$|^(?:Replace|Force|PruneLast|ServerSideApply|CreateNamespace|SkipDryRunOnMissingResource|ClientSideApplyMigration)=false$|^PrunePropagationPolicy=/,
    effect: none,
  },
  {
    key: "argocd.argoproj.io/compare-options",
    values: /^(?:IgnoreExtraneous|ServerSideDiff=(?:true|false)|IncludeMutationWebhook=(?:true|false))$/,
    effect: none,
  },
  { key: "argocd.argoproj.io/ignore-healthcheck", values: /^true$/, effect: warn("its health counts all the same") },
  { key: "argocd.argoproj.io/ignore-healthcheck", effect: none },
  { key: "argocd.argoproj.io/tracking-id", effect: none },
  { key: "argocd.argoproj.io/installation-id", effect: none },
  { key: "argocd.argoproj.io/instance", effect: none },

  { key: "kustomize.toolkit.fluxcd.io/prune", values: /^disabled$/i, effect: honoured },
  { key: "kustomize.toolkit.fluxcd.io/prune", values: /^enabled$/i, effect: none },
  {
    key: "kustomize.toolkit.fluxcd.io/reconcile",
    values: /^disabled$/i,
    effect: refuse(
      "it says that it is never to be touched",
      "take the object out of the application's path, or the mark off the object",
    ),
  },
  { key: "kustomize.toolkit.fluxcd.io/reconcile", values: /^enabled$/i, effect: none },
  {
    key: "kustomize.toolkit.fluxcd.io/ssa",
    values: /^ignore$/i,
    effect: refuse(
      "it says that it is never to be touched",
      "take the object out of the application's path, or the mark off the object",
    ),
  },
  {
    key: "kustomize.toolkit.fluxcd.io/ssa",
    values: /^ifnotpresent$/i,
    effect: refuse("it says that it is made once and never changed", CREATE_ONLY),
  },
  { key: "kustomize.toolkit.fluxcd.io/ssa", values: /^(?:override|merge)$/i, effect: none },
  { key: "kustomize.toolkit.fluxcd.io/force", values: /^(?:enabled|true)$/i, effect: honoured },
  { key: "kustomize.toolkit.fluxcd.io/force", values: /^(?:disabled|false)$/i, effect: none },
  { key: "kustomize.toolkit.fluxcd.io/substitute", values: /^enabled$/i, effect: none },
  {
    key: "kustomize.toolkit.fluxcd.io/substitute",
    effect: warn("variables that the Application declares are replaced in it all the same"),
  },
  { key: "kustomize.toolkit.fluxcd.io/name", effect: none },
  { key: "kustomize.toolkit.fluxcd.io/namespace", effect: none },
  { key: "kustomize.toolkit.fluxcd.io/checksum", effect: none },
  {
    key: "helm.toolkit.fluxcd.io/driftDetection",
    values: /^disabled$/i,
    effect: warn("its drift is corrected as the Application declares: list its fields under ignore"),
  },
  // kpt, Config Sync and kapp
  { key: "cli-utils.sigs.k8s.io/on-remove", values: /^keep$/, effect: honoured },
  { key: "client.lifecycle.config.k8s.io/deletion", values: /^detach$/, effect: honoured },
  { key: "kapp.k14s.io/delete-strategy", values: /^orphan$/, effect: honoured },
  { key: "helm.toolkit.fluxcd.io/name", effect: none },
  { key: "helm.toolkit.fluxcd.io/namespace", effect: none },
];

const PREFIXES = [
  "cli-utils.sigs.k8s.io/on-remove",
  "client.lifecycle.config.k8s.io/deletion",
  "kapp.k14s.io/delete-strategy",
  "helm.sh/",
  "argocd.argoproj.io/",
  "kustomize.toolkit.fluxcd.io/",
  "helm.toolkit.fluxcd.io/",
] as const;
/** Kinds of the engines themselves bear marks that are meant for their own controllers. */
const OWN_KINDS = /^(?:argoproj\.io|[a-z-]+\.toolkit\.fluxcd\.io)\//;

/** Flux reads labels like annotations. */
const marksIn = ({ metadata }: KubeObject): ReadonlyMap<string, string> =>
  new Map(
    [...Object.entries(metadata.labels ?? {}), ...Object.entries(metadata.annotations ?? {})].filter(
      ([key, value]) =>
        key !== "helm.sh/chart" && typeof value === "string" && PREFIXES.some((prefix) => key.startsWith(prefix)),
    ),
  );
const itemsOf = (value: string): readonly string[] => value.split(",").map((item) => item.trim());

const effectOf = (key: string, item: string): MarkEffect | undefined =>
  MARK_RULES.find((rule) => rule.key === key && (rule.values?.test(item) ?? true))?.effect;

/** A hook of several moments is left out only if none of them exists here. */
const hookEffects = (effects: readonly MarkEffect[]): readonly MarkEffect[] => {
  const kept = effects.filter(({ kind }) => kind !== "leave-out");
  return kept.length > 0 ? kept : effects.slice(0, 1);
};

/** One mark of an object, with what becomes of it. */
export interface EngineMark {
  /** `key: value`. */
  readonly mark: string;
  readonly effect: MarkEffect;
}

/** The marks of other engines on an object that a person should know of: all but those that are heeded or say nothing. */
export const notableMarks = (object: KubeObject): readonly EngineMark[] =>
  [...marksIn(object)].flatMap(([key, value]) => {
    const isKnown = MARK_RULES.some((rule) => rule.key === key);
    if (!isKnown && OWN_KINDS.test(object.apiVersion)) return [];
    const judged = itemsOf(value).map(
      (item) => effectOf(key, item) ?? warn("it is not understood here, and has no effect"),
    );
    const effects = key.endsWith("/hook") ? hookEffects(judged) : judged;
    const told = effects.find(({ kind }) => kind !== "none" && kind !== "honoured");
    return told === undefined ? [] : [{ mark: `${key}: ${value}`, effect: told }];
  });

const has = (object: KubeObject, key: string, value: RegExp): boolean =>
  itemsOf(marksIn(object).get(key) ?? "").some((item) => value.test(item));
const first = (object: KubeObject, rows: readonly (readonly [string, RegExp])[]): string | undefined =>
  rows.find(([key, value]) => has(object, key, value))?.[0];

/** The mark by which an object is never to be pruned: ours or another engine's. `removed`: its application is gone. */
export const keptBy = (object: KubeObject, removed: boolean): string | undefined =>
  object.metadata.annotations?.[OWN_ANNOTATIONS.prune] === "never"
    ? OWN_ANNOTATIONS.prune
    : first(object, [
        ["helm.sh/resource-policy", /^keep$/i],
        ["kustomize.toolkit.fluxcd.io/prune", /^disabled$/i],
        ["cli-utils.sigs.k8s.io/on-remove", /^keep$/],
        ["client.lifecycle.config.k8s.io/deletion", /^detach$/],
        ["kapp.k14s.io/delete-strategy", /^orphan$/],
        ["argocd.argoproj.io/sync-options", removed ? /^Delete=false$/ : /^Prune=false$/],
      ]);

/** The mark by which an object is pruned only once a person has agreed. */
export const askedBefore = (object: KubeObject, removed: boolean): string | undefined =>
  first(object, [["argocd.argoproj.io/sync-options", removed ? /^Delete=confirm$/ : /^Prune=confirm$/]]);

/** The mark by which an object is made again where it cannot be changed in place. */
export const recreatedBy = (object: KubeObject): string | undefined =>
  first(object, [
    ["kustomize.toolkit.fluxcd.io/force", /^(?:enabled|true)$/i],
    ["argocd.argoproj.io/sync-options", /^Force=true$/],
  ]);

const WAVE = /^-?\d{1,6}$/;

/** Its wave as an integer, by our annotation or else Argo CD's; 0 where there is none or it is no integer. */
export const waveOf = ({ metadata: { annotations } }: KubeObject): number => {
  const text = annotations?.[OWN_ANNOTATIONS.wave] ?? annotations?.["argocd.argoproj.io/sync-wave"] ?? "";
  return WAVE.test(text) ? Number(text) : 0;
};
