import { servedKindsOf } from "@evenkeel/embedded-cluster/internals/custom/served-custom-kinds";
import type { LiveObject, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { builtinStrategies } from "@evenkeel/embedded-cluster/internals/kinds/builtin-strategies";
import { builtinModel } from "@evenkeel/embedded-cluster/internals/schema/builtin-model";
import type { Choices } from "./choices.ts";
import { configMap, deployment, doubleItems, horizontalPodAutoscaler, service, widget } from "./intents.ts";
import type { Subject } from "./next-step.ts";

const autoscalerStrategy = builtinStrategies["autoscaling/HorizontalPodAutoscaler"];

const statusOf =
  (field: string) =>
  (choose: Choices): ValueMap =>
    choose.chance(0.8) ? { [field]: choose.below(3) } : {};
const crowd = Array.from({ length: 14 }, (_, i) => `m${i}`);

const builtin = (
  group: string,
  kind: string,
  path: string,
  intent: Subject["intent"],
  disturb?: Subject["disturb"],
): Subject => {
  const model = builtinModel({ group, version: "v1", kind });
  const apiVersion = group === "" ? "v1" : `${group}/v1`;
  const scaled = group === "apps";
  return {
    path: () => path,
    intent,
    storageVersion: apiVersion,
    models: new Map([[apiVersion, model]]),
    convert: (object) => object,
    resetFields: scaled ? { main: [["status"]], status: [["spec"], ["metadata", "labels"]] } : { main: [], status: [] },
    defaults: (object) => builtinStrategies[`${group}/${kind}`]?.applyDefaults?.(object),
    managers: ["ann", "ben", "kubectl"],
    ...(disturb === undefined ? {} : { disturb }),
    ...(scaled ? { replicas: ["spec", "replicas"], status: statusOf("replicas") } : {}),
  };
};

const autoscaler: Subject = {
  path: (apiVersion) => `/apis/${apiVersion}/namespaces/default/horizontalpodautoscalers`,
  intent: horizontalPodAutoscaler,
  storageVersion: "autoscaling/v2",
  models: new Map(
    ["v1", "v2"].map((version) => [
      `autoscaling/${version}`,
      builtinModel({ group: "autoscaling", version, kind: "HorizontalPodAutoscaler" }),
    ]),
  ),
  convert: (object, apiVersion) => autoscalerStrategy?.convert?.(object, apiVersion) ?? object,
  defaults: (object) => autoscalerStrategy?.applyDefaults?.(object),
  resetFields: { main: [["status"]], status: [["spec"]] },
  managers: ["ann", "ben", "kubectl"],
};

const custom = (crd: LiveObject, versions: readonly string[]): Subject => {
  const kinds = servedKindsOf(crd);
  return {
    path: (apiVersion) => `/apis/${apiVersion}/namespaces/default/widgets`,
    intent: widget(versions),
    storageVersion: "e.io/v1",
    models: new Map(kinds.map((kind) => [`${kind.group}/${kind.version}`, kind.model])),
    convert: (object, apiVersion) => ({ ...object, apiVersion }),
    resetFields: { main: [["status"]], status: [["metadata"], ["spec"]] },
    defaults: (object) => kinds[0]?.strategy.applyDefaults?.(object),
    custom: true,
    replicas: ["spec", "size"],
    status: statusOf("size"),
    managers: ["ann", "ben", "kubectl"],
  };
};

/** What histories are played of; `crd` is `widgetCrd` as the server has established it. */
export const subjects = (crd: LiveObject): Readonly<Record<string, Subject>> => ({
  ConfigMap: builtin("", "ConfigMap", "/api/v1/namespaces/default/configmaps", configMap),
  Deployment: builtin("apps", "Deployment", "/apis/apps/v1/namespaces/default/deployments", deployment, doubleItems),
  Service: { ...builtin("", "Service", "/api/v1/namespaces/default/services", service), allocates: true },
  "crowded ConfigMap": {
    ...builtin("", "ConfigMap", "/api/v1/namespaces/default/configmaps", configMap),
    managers: crowd,
  },
  HorizontalPodAutoscaler: autoscaler,
  "custom resource": custom(crd, ["v1"]),
  "custom resource in two versions": custom(crd, ["v1", "v2"]),
});
