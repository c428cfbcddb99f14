import { parseJson } from "@evenkeel/resource";

import { type LiveObject, type ValueMap, copyOf, isMap } from "../json.ts";
import { checkQuotas } from "../kinds/core/quota/check-quotas.ts";
import type { Call } from "./cluster-state.ts";
import { track } from "./field-tracking.ts";
import { internalCall } from "./internal-call.ts";
import { textOf } from "./object-rules.ts";
import { forbidden } from "./status.ts";
import { keyOf } from "./store-object.ts";

const writeUsed = (call: Call, quota: LiveObject, used: ValueMap): void => {
  const kind = call.cluster.catalogue.findKind("", "ResourceQuota");
  if (kind === undefined) return;
  const name = textOf(quota.metadata["name"]);
  const inner = { ...internalCall(call.cluster, kind, call.namespace, name), subresource: "status" };
  const next = copyOf(quota);
  next["status"] = { ...(isMap(next["status"]) ? next["status"] : {}), used };
  call.cluster.store.put(keyOf(inner, name), track(inner, quota, next, ""));
};

/** ResourceQuota: refuses what would be too much, and writes down what is used, before the object is stored. Throws the server's 403. */
export const checkQuota = (call: Call, object: LiveObject, dryRun: boolean): void => {
  if (!call.kind.namespaced || call.subresource !== "") return;
  const stored = call.cluster.store.list("", "resourcequotas", call.namespace);
  if (stored.length === 0) return;
  const quotas = stored.map(({ json }) => parseJson(json) as LiveObject);
  const { group, plural } = call.kind;
  const answer = checkQuotas({ group, plural, object, quotas });
  if (answer.kind === "refused") throw forbidden(call.resource, textOf(object.metadata["name"]), answer.message);
  if (dryRun) return;
  for (const quota of quotas) {
    const used = answer.used.get(textOf(quota.metadata["name"]));
    if (used !== undefined) writeUsed(call, quota, used);
  }
};
