import { OWN_NAMESPACE } from "@evenkeel/apply";
import type { LineageStatement, UnitVersion } from "@evenkeel/contracts";
import { canonicalJson, parseJson } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

/** A place in a ledger chain: number, hash of the entry, and its sequence in the stream. */
export interface ChainHead {
  readonly n: bigint;
  readonly hash: string;
  readonly sequence: number;
}

/** What the anchor keeps of one app. */
export interface AnchoredApp {
  readonly version: UnitVersion;
  readonly digest: string;
  readonly lineage: LineageStatement | undefined;
  /** Number of the ledger entry that its last outcome is in. */
  readonly ledger: bigint;
}

/** The content of the anchor ConfigMap of one partition on one cluster. */
export interface Anchor {
  /** Name of the Cluster; empty in anchors from before it was written. */
  readonly cluster: string;
  readonly epoch: bigint;
  readonly placement: bigint;
  /** Fleet seq: an app without an entry or tombstone below it may have been removed. Rises only when tombstones are too many. */
  readonly floor: bigint;
  readonly head: ChainHead | undefined;
  /** The newest fleet revision that anything was applied from; undefined in anchors from before it was kept. */
  readonly fleet: LineageStatement | undefined;
  /** By app UID. */
  readonly apps: ReadonlyMap<string, AnchoredApp>;
  /** Tombstones: the fleet seq at which an app was removed, by app UID. */
  readonly gone: ReadonlyMap<string, bigint>;
}

/** The anchor cannot be read: damaged by hand. Nothing is written until it is mended. */
export class AnchorDamaged extends Error {
  override readonly name = "AnchorDamaged";
}

export const emptyAnchor: Anchor = {
  cluster: "",
  epoch: 0n,
  placement: 0n,
  floor: 0n,
  head: undefined,
  fleet: undefined,
  apps: new Map(),
  gone: new Map(),
};

/** Namespace of the anchors, made by the onboarding of a cluster. */
export const ANCHOR_NAMESPACE = OWN_NAMESPACE;

/** Name of the anchor of a partition. */
export const anchorName = (installation: string, partition: number): string =>
  `${anchorPrefix(installation)}${partition}`;

const anchorPrefix = (installation: string): string =>
  `ek-${installation.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-")}-`;

/** Whether a ConfigMap is the anchor of a partition of this installation. */
export const isAnchorName = (installation: string, name: string): boolean =>
  name.startsWith(anchorPrefix(installation)) && /^\d+$/.test(name.slice(anchorPrefix(installation).length));

const APP = "app.";
const GONE = "gone.";

const versionJson = ({ fleet, selection, sources, tools }: UnitVersion): Json => ({
  fleet,
  selection,
  sources: Object.fromEntries(sources.map(({ source, seq }) => [source, seq])),
  tools,
});

const appJson = ({ version, digest, lineage, ledger }: AnchoredApp): string =>
  canonicalJson({
    version: versionJson(version),
    digest,
    ledger,
    ...(lineage === undefined ? {} : { lineage: { ...lineage } }),
  });

/** The `data` of the ConfigMap: text, so that a human can read it. */
export const encodeAnchor = (anchor: Anchor): Readonly<Record<string, string>> => ({
  format: "1",
  ...(anchor.cluster === "" ? {} : { cluster: anchor.cluster }),
  epoch: anchor.epoch.toString(),
  placement: anchor.placement.toString(),
  floor: anchor.floor.toString(),
  ...(anchor.head === undefined ? {} : { head: canonicalJson({ ...anchor.head }) }),
  ...(anchor.fleet === undefined ? {} : { fleet: canonicalJson({ ...anchor.fleet }) }),
  ...Object.fromEntries([...anchor.apps].map(([uid, app]) => [`${APP}${uid}`, appJson(app)])),
  ...Object.fromEntries([...anchor.gone].map(([uid, fleet]) => [`${GONE}${uid}`, fleet.toString()])),
});

const damaged = (key: string, cause?: unknown): AnchorDamaged =>
  new AnchorDamaged(`anchor field ${key} cannot be read`, { cause });

const object = (key: string, text: string): JsonObject => {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    throw damaged(key, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(key);
  return value as JsonObject;
};

const big = (key: string, value: Json | undefined): bigint => {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^\d+$/.test(value)) return BigInt(value);
  throw damaged(key);
};

const text = (key: string, value: Json | undefined): string => {
  if (typeof value !== "string") throw damaged(key);
  return value;
};

const texts = (key: string, value: Json | undefined): string[] => {
  if (!Array.isArray(value)) throw damaged(key);
  return value.map((each) => text(key, each));
};

const member = (key: string, value: Json | undefined): JsonObject => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(key);
  return value as JsonObject;
};

const decodeVersion = (key: string, value: JsonObject): UnitVersion => ({
  fleet: big(key, value["fleet"]),
  selection: big(key, value["selection"]),
  sources: Object.entries(member(key, value["sources"]))
    .map(([source, seq]) => ({ source, seq: big(key, seq) }))
    .toSorted((a, b) => (a.source < b.source ? -1 : 1)),
  tools: big(key, value["tools"]),
});

const decodeLineage = (key: string, value: JsonObject): LineageStatement => ({
  source: text(key, value["source"]),
  gitRef: text(key, value["gitRef"]),
  lineage: text(key, value["lineage"]),
  tip: text(key, value["tip"]),
  seq: big(key, value["seq"]),
  signature: text(key, value["signature"]),
  follows: texts(key, value["follows"] ?? []),
  tree: text(key, value["tree"] ?? ""),
  declarationsDigest: text(key, value["declarationsDigest"] ?? ""),
});

const decodeApp = (key: string, json: string): AnchoredApp => {
  const value = object(key, json);
  return {
    version: decodeVersion(key, member(key, value["version"])),
    digest: text(key, value["digest"]),
    lineage: value["lineage"] === undefined ? undefined : decodeLineage(key, member(key, value["lineage"])),
    ledger: big(key, value["ledger"]),
  };
};

const under = <T>(
  data: Readonly<Record<string, string>>,
  prefix: string,
  decode: (key: string, text: string) => T,
): ReadonlyMap<string, T> =>
  new Map(
    Object.entries(data)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), decode(key, value)]),
  );

/** Reads the `data` of the ConfigMap. Throws AnchorDamaged. */
export const decodeAnchor = (data: Readonly<Record<string, string>>): Anchor => {
  if (data["format"] !== "1") throw damaged("format");
  const head = data["head"] === undefined ? undefined : object("head", data["head"]);
  return {
    cluster: data["cluster"] ?? "",
    epoch: big("epoch", data["epoch"]),
    placement: big("placement", data["placement"]),
    floor: big("floor", data["floor"]),
    head:
      head === undefined
        ? undefined
        : {
            n: big("head", head["n"]),
            hash: text("head", head["hash"]),
            sequence: Number(big("head", head["sequence"])),
          },
    fleet: data["fleet"] === undefined ? undefined : decodeLineage("fleet", object("fleet", data["fleet"])),
    apps: under(data, APP, decodeApp),
    gone: under(data, GONE, big),
  };
};
