import type { LiveObject, Value } from "../json.ts";
import type { FieldError } from "./field-error.ts";

/** What a strategy may ask of the cluster it runs in. Nothing else is reachable from here, so strategies are pure but for it. */
export interface StrategyContext {
  /** RFC 3339, whole seconds, UTC. */
  readonly now: string;
  /** A name's random suffix, and other random choices of the server, from the cluster's seed. */
  readonly random: () => number;
  /** Set for `dryRun=All`: addresses and ports that nobody asked for are then dummies, the same each time. */
  readonly dryRun?: boolean;
  /** The object is created through its status: the server's registry then does nothing of its own, allocations for one. */
  readonly throughStatus?: boolean;
  /** A free address of the service range, or the asked one; `undefined` when taken or outside. Released by the core when the object goes. */
  readonly allocateClusterIP: (asked?: string) => string | undefined;
  /** A free node port (30000-32767), or the asked one; `undefined` when taken or outside. */
  readonly allocateNodePort: (asked?: number) => number | undefined;
  /** Another object of the cluster as stored, read only. */
  readonly get: (group: string, kind: string, namespace: string, name: string) => LiveObject | undefined;
}

/** A scale subresource's view of an object. */
export interface ScaleView {
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** Label selector in its string form. */
  readonly selector: string;
}

/**
 * What the API server does to objects of one kind beside the generic things (the registry's "strategy"). All functions
 * work on the kind's storage version; `object` may be changed in place, `old` never. The generic core has already
 * decoded (unknown fields dropped or refused, Go's zero rules applied), merged patches, kept uid, creationTimestamp,
 * deletionTimestamp, set names and namespaces, and checked generic metadata (names, labels, annotations, finalizers, ownerReferences).
 */
export interface KindStrategy {
  /** Fills the server's defaults. Called on every decoded body (also after a patch or apply was merged), in the version given by `apiVersion`. */
  readonly applyDefaults?: (object: LiveObject) => void;
  /** Name rule: an error text list as apimachinery's NameIsDNSSubdomain gives; default is DNS subdomain. */
  readonly validateName?: (name: string, prefix: boolean) => readonly string[];
  /** generation (only kinds that have one: 1 on create), status dropped, computed fields. */
  readonly prepareForCreate?: (object: LiveObject, context: StrategyContext) => void;
  readonly prepareForUpdate?: (object: LiveObject, old: LiveObject, context: StrategyContext) => void;
  readonly validateCreate?: (object: LiveObject, context: StrategyContext) => readonly FieldError[];
  /** The same, and what may not change. */
  readonly validateUpdate?: (object: LiveObject, old: LiveObject, context: StrategyContext) => readonly FieldError[];
  /** Set where a finalizer without a domain may have any name: such kinds' metadata is looked at in the generic way alone. */
  readonly hasAnyFinalizer?: true;
  /** Present = the kind has a status subresource. */
  readonly status?: {
    /** Takes everything but status (and what the server lets through) from `old`. */
    readonly prepareForUpdate: (object: LiveObject, old: LiveObject) => void;
    readonly validateUpdate?: (object: LiveObject, old: LiveObject) => readonly FieldError[];
  };
  /** Present = the kind has a scale subresource, of `spec.replicas`. `write` changes the object in place. */
  readonly scale?: {
    readonly read: (object: LiveObject) => ScaleView;
    readonly write: (object: LiveObject, replicas: number) => void;
  };
  /** Fields that this endpoint resets, so that managers never own them: `main` e.g. [["status"]], `status` e.g. [["spec"], ["metadata", "labels"]...] (registry GetResetFields). */
  readonly resetFields?: {
    readonly main?: readonly (readonly string[])[];
    readonly status?: readonly (readonly string[])[];
  };
  /**
   * Asked of a new object: does the store hold less than reading shows, for defaults apply on reading too? Then the first write
   * after the create is stored (with a new resourceVersion) even if it changes nothing that is seen.
   */
  readonly storedWithoutDefaults?: (object: LiveObject) => boolean;
  /** Asked of every object to be stored: will it read otherwise than it is stored? Then this write and the next are stored even if they repeat. */
  readonly readsOtherwise?: (object: LiveObject) => boolean;
  /** Annotations that stand for a field of the server's inner form: PartialObjectMetadata and Table do not show them. */
  readonly annotationsOfInnerFields?: readonly string[];
  /** To another served version of the kind; absent where only one version is served. Must keep what the real conversion keeps. */
  readonly convert?: (object: LiveObject, apiVersion: string) => LiveObject;
  /** May PUT create it (AllowCreateOnUpdate)? And may an update leave out resourceVersion (AllowUnconditionalUpdate, default true)? */
  readonly allowCreateOnUpdate?: boolean;
  readonly allowUnconditionalUpdate?: boolean;
  /** Default propagation of a DELETE without a policy; `background` unless said (registry DefaultGarbageCollectionPolicy). */
  readonly defaultPropagation?: "orphan" | "background";
}

/** One kind at one served version. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  /** The name in the path: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly ("status" | "scale")[];
  /** Custom kinds: paths (no leading dot) that a field selector may name beside metadata.name and metadata.namespace. */
  readonly selectableFields?: readonly string[];
  /** Custom kinds: false while the CRD is not Established yet: served, but not in discovery. True unless said. */
  readonly discoverable?: boolean;
  /** Version in which the cluster stores it; strategies see this one. */
  readonly storageVersion: string;
  readonly strategy: KindStrategy;
  /** Codec and schema, one a version. */
  readonly model: KindModel;
}

/** Fields of a body that the kind does not have, in the server's words: `unknown field "spec.foo"`. */
export interface Decoded {
  readonly object: LiveObject;
  readonly strictErrors: readonly string[];
}

/** A body that cannot be an object of the kind. `message` says why. */
export class DecodeFailed extends Error {
  override readonly name = "DecodeFailed";
}

/** The codec and the merge schema of one kind at one version. Built-in: from the type table; custom: from the CRD's schema. */
export interface KindModel {
  /** Reads JSON into the form in which the server would emit it: types checked, unknown fields dropped and told. Throws DecodeFailed. */
  decode(value: Value): Decoded;
  /** Custom kinds: what an apply put together is no body, and has yet to be brought into form (`refreshStored`). */
  readonly readMerged?: (value: Value) => LiveObject;
  /**
   * Custom kinds: what reading makes of an object (in its storage version) that was stored under an earlier schema: unknown fields go,
   * new defaults come, in place. The core calls it on all stored objects of the kind when the CRD's content changed; no new resourceVersion.
   */
  readonly refreshStored?: (object: LiveObject) => void;
  /** Built-in kinds: brings an object, in place, into the form in which it comes back from storage, before it is compared with a stored one. */
  readonly asStored?: (object: LiveObject) => void;
  /** Root of the merge schema, and the table its names are in. */
  readonly type: import("../schema/type-node.ts").TypeRef;
  readonly table: import("../schema/type-node.ts").TypeTable;
}
