import type { ObjectRef } from "@evenkeel/words";

import { splitApiVersion } from "./api-version.ts";
import type { JsonObject } from "./json.ts";

/** Metadata as read or written; unknown fields are kept. */
export interface ObjectMeta extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly JsonObject[];
  readonly managedFields?: readonly JsonObject[];
}

/** One Kubernetes object, desired or live. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The identity of an object as its own fields state it (no namespace is defaulted here: that needs discovery). */
export const refOf = (object: KubeObject): ObjectRef => ({
  group: splitApiVersion(object.apiVersion).group,
  kind: object.kind,
  namespace: object.metadata.namespace ?? "",
  name: object.metadata.name,
});
