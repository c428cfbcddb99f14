import { servedKindsOf } from "../../custom/served-custom-kinds.ts";
import type { LiveObject } from "../../json.ts";
import { workloadStrategies } from "../../kinds/workload-strategies.ts";
import { builtinModel } from "../../schema/builtin-model.ts";
import { configMap, deployment, widget } from "./intents.ts";
import type { Subject } from "./play-history.ts";

const builtin = (group: string, kind: string, path: string, intent: Subject["intent"]): Subject => {
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
    defaults: (object) => workloadStrategies[`${group}/${kind}`]?.applyDefaults?.(object),
    ...(scaled ? { replicas: ["spec", "replicas"] } : {}),
  };
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
    replicas: ["spec", "size"],
  };
};

/** What histories are played of; `crd` is `widgetCrd` as the server has established it. */
export const subjects = (crd: LiveObject): Readonly<Record<string, Subject>> => ({
  ConfigMap: builtin("", "ConfigMap", "/api/v1/namespaces/default/configmaps", configMap),
  Deployment: builtin("apps", "Deployment", "/apis/apps/v1/namespaces/default/deployments", deployment),
  "custom resource": custom(crd, ["v1"]),
  "custom resource in two versions": custom(crd, ["v1", "v2"]),
});
