import { isMap, type LiveObject, type ValueMap } from "../json.ts";
import type { KindStrategy } from "../kinds/kind-strategy.ts";
import { storageVersionOf } from "./crd-document.ts";
import { crdNameRules, crdRules, keptInCrd } from "./crd-rules.ts";
import { mapAt, textsAt, textAt, mapIn } from "../reading.ts";
import { sameJson } from "../equal.ts";

const nameless = { plural: "", kind: "" } as const;

const storedVersionsOf = (crd: LiveObject): readonly string[] => textsAt(mapAt(crd, "status"), "storedVersions");

/** A storage version once used stays in the list until its objects were migrated. */
const rememberStorage = (crd: LiveObject): void => {
  const version = storageVersionOf(crd);
  const stored = storedVersionsOf(crd);
  if (version !== "" && !stored.includes(version))
    crd["status"] = { ...mapAt(crd, "status"), storedVersions: [...stored, version] };
};

const defaultNames = (spec: ValueMap): void => {
  const names = isMap(spec["names"]) ? spec["names"] : {};
  const kind = textAt(names, "kind");
  if (textAt(names, "singular") === "" && kind !== "") names["singular"] = kind.toLowerCase();
  if (textAt(names, "listKind") === "" && kind !== "") names["listKind"] = `${kind}List`;
  spec["names"] = names;
};

const defaultConversion = (spec: ValueMap): void => {
  if (!isMap(spec["conversion"])) spec["conversion"] = { strategy: "None" };
  const service = mapIn(spec, "conversion", "webhook", "clientConfig", "service");
  if (service !== undefined && service["port"] === undefined) service["port"] = 443;
};

const applyDefaults = (crd: LiveObject): void => {
  const { spec } = crd;
  if (isMap(spec)) {
    defaultNames(spec);
    defaultConversion(spec);
  }
  if (storedVersionsOf(crd).length === 0) rememberStorage(crd);
};

/** What the API server does to CustomResourceDefinitions (apiextensions.k8s.io/v1) themselves. */
export const crdStrategy: KindStrategy = {
  applyDefaults,
  prepareForCreate: (crd) => {
    crd["status"] = { conditions: null, acceptedNames: { ...nameless }, storedVersions: null };
    crd.metadata["generation"] = 1;
    rememberStorage(crd);
  },
  prepareForUpdate: (crd, old) => {
    crd["status"] = structuredClone(old["status"] ?? { conditions: null, acceptedNames: { ...nameless } });
    const generation = old.metadata["generation"];
    if (!sameJson(crd["spec"], old["spec"]))
      crd.metadata["generation"] = (typeof generation === "number" ? generation : 0) + 1;
    rememberStorage(crd);
  },
  validateCreate: (crd) => [...crdNameRules(crd), ...crdRules(crd)],
  validateUpdate: (crd, old) => [...crdRules(crd), ...keptInCrd(crd, old)],
  status: {
    // Metadata may be changed through this door too: the server means to keep it and does not.
    prepareForUpdate: (crd, old) => {
      crd["spec"] = structuredClone(old["spec"] ?? {});
    },
  },
  hasAnyFinalizer: true,
  resetFields: { main: [["status"]], status: [["spec"]] },
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};
