import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { judgedStatus } from "./not-judged.ts";
import { writeJson } from "./write-json.ts";

/**
 * Replaces what two servers may give differently: uids, resourceVersions, allocated addresses and ports by the order in
 * which they are first seen (so that the same one twice stays the same one twice), times by a word.
 */
export interface Mask {
  mask(value: Value): Value;
  text(text: string): string;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Those that the sequences themselves write. */
const OWN_UUID = /^(?:11111111|22222222|99999999|00000000)-/;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const OWN_TIME = /^20(?:20|24)-01-01T/;
const ADDRESS = /\b10\.96\.\d{1,3}\.\d{1,3}\b/g;
/** Go's random suffixes, pointers and the randomised spaces of its comparison library. */
const POINTER = /\(?0x[0-9a-f]{6,}\)?/g;
const VERSIONS =
  /(ResourceVersion in precondition: |ResourceVersion in object meta: |ResourceVersion in the precondition \(|ResourceVersion in record \(|resource version: )(\d+)/g;
/** A dry-run of the real server gives ports a little beyond its range, too. */
const isPort = (key: string, value: Value): value is number =>
  key === "nodePort" && typeof value === "number" && value >= 30_000 && value <= 33_000;

const entryKey = (entry: Value): string =>
  isMap(entry)
    ? ["operation", "manager", "apiVersion", "subresource"].map((key) => writeJson(entry[key] ?? "")).join(" ")
    : "";

/** Managers are told in order of their times too. */
const sortConflicts = (status: ValueMap): void => {
  const details = status["details"];
  const causes = isMap(details) ? details["causes"] : undefined;
  if (!Array.isArray(causes) || typeof status["message"] !== "string" || !status["message"].startsWith("Apply failed"))
    return;
  const textOf = (cause: Value): string => JSON.stringify(cause);
  causes.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  status["message"] = status["message"]
    .split(/(?=\nconflicts? with|(?<=: )conflicts? with)/)
    .map((part) => part.trim())
    .toSorted()
    .join("\n");
};

/** Opens the mask of one history. */
export const openMask = (): Mask => {
  const seen = new Map<string, string>();
  const counts = new Map<string, number>();
  const numbered = (kind: string, value: string): string => {
    const key = `${kind} ${value}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    const name = `${kind}#${count}`;
    seen.set(key, name);
    return name;
  };
  const maskText = (text: string): string =>
    text
      .replace(/StorageError: .*AdditionalErrorMsg: /, "") // where etcd keeps an object
      .replace(TIME, (time) => (OWN_TIME.test(time) ? time : "<time>"))
      .replace(UUID, (uid) => (OWN_UUID.test(uid) ? uid : numbered("uid", uid)))
      .replace(ADDRESS, (address) =>
        address === "10.96.0.1" || address === "10.96.0.0" ? address : numbered("ip", address),
      )
      .replace(VERSIONS, (_all, words: string, version: string) => words + numbered("rv", version))
      .replace(POINTER, "<pointer>")
      .replaceAll("\u00a0", " ");
  const maskMap = (given: ValueMap): ValueMap => {
    const map = given["kind"] === "Status" ? judgedStatus(given) : given;
    const masked: ValueMap = {};
    for (const key of Object.keys(map)) {
      const value = map[key] as Value;
      if (key === "resourceVersion" && typeof value === "string") masked[key] = numbered("rv", value);
      else if (isPort(key, value)) masked[key] = numbered("port", String(value));
      else if (key === "continue" && typeof value === "string" && value !== "") masked[key] = "<continue>";
      // Metrics travel there; in which form is not judged.
      else if (key.startsWith("autoscaling.alpha.kubernetes.io/")) masked[key] = "<carried>";
      else masked[key] = mask(value);
    }
    // Entries are in order of their time, which has whole seconds: whether two fall into one second is chance.
    const managed = masked["managedFields"];
    if (masked["kind"] === "Status") sortConflicts(masked);
    if (Array.isArray(managed)) managed.sort((a, b) => (entryKey(a) < entryKey(b) ? -1 : 1));
    return masked;
  };
  const mask = (value: Value): Value => {
    if (typeof value === "string") return maskText(value);
    if (Array.isArray(value)) return value.map(mask);
    return isMap(value) ? maskMap(value) : value;
  };
  return {
    text: maskText,
    mask: (value) => {
      const isList = isMap(value) && "items" in value && isMap(value["metadata"]);
      if (!isList) return mask(value);
      // The version of a list is that of the whole cluster. An empty list and token are written otherwise when the
      // server had to ask etcd, its cache being behind: that is chance.
      const { resourceVersion: _version, continue: token, ...metadata } = value["metadata"] as ValueMap;
      const more = token === undefined || token === "" ? {} : { continue: token };
      return mask({ ...value, items: value["items"] ?? [], metadata: { ...metadata, ...more } });
    },
  };
};
