export { canonicalJson, parseJson, sha256Hex } from "./canonical.ts";
export { refOf } from "./kube-object.ts";
export type { Json, JsonObject, KubeObject, ObjectMeta } from "./kube-object.ts";
export { describeRef, formatRef, splitApiVersion } from "./object-ref.ts";
export type { ObjectRef } from "./object-ref.ts";
export { APP_LABEL, FIELD_MANAGER, OWN_ANNOTATIONS, OWN_DOMAIN } from "./own-metadata.ts";
