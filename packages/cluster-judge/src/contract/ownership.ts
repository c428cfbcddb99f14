import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";
import { valueAt } from "../differential/pointer.ts";
import type { Answer } from "./bench.ts";
import { configMap, partOf } from "./objects.ts";

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsV1: ValueMap;
}

export const entries = (answer: Answer): readonly Entry[] => {
  const managed = valueAt(answer.body, "/metadata/managedFields");
  return (Array.isArray(managed) ? managed : []) as unknown as readonly Entry[];
};
export const ownedBy = (
  answer: Answer,
  manager: string,
  operation = "Apply",
  subresource?: string,
): ValueMap | undefined =>
  entries(answer).find((e) => e.manager === manager && e.operation === operation && e.subresource === subresource)
    ?.fieldsV1;
export const versionOf = (answer: Answer): Value | undefined => valueAt(answer.body, "/metadata/resourceVersion");
export const causes = (answer: Answer): readonly (readonly [field: string, message: string])[] => {
  const list = valueAt(answer.body, "/details/causes");
  return (Array.isArray(list) ? list : []).flatMap((cause) =>
    isMap(cause) ? [[String(cause["field"] as string), String(cause["message"] as string)] as const] : [],
  );
};
export const a = { fieldManager: "a" } as const;
export const b = { fieldManager: "b" } as const;
export const forced = (manager: string) => ({ fieldManager: manager, force: true }) as const;
export const env = (...items: readonly (readonly [string, string])[]): ValueMap => ({
  env: items.map(([name, value]) => ({ name, value })),
});
export const POD = "/spec/template/spec";
export const containersOf = (fields: ValueMap | undefined): Value | undefined =>
  valueAt(fields, "/f:spec/f:template/f:spec/f:containers");

export const none = (name: string): LiveObject => partOf(configMap(name), {});
