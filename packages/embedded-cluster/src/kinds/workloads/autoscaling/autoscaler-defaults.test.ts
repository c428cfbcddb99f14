import { expect, test } from "vitest";

import type { ValueMap } from "../../../json.ts";
import { builtinModel } from "../../../schema/builtin-model.ts";
import { applyAutoscalerDefaults } from "./autoscaler-defaults.ts";
import { mapIn } from "../../../reading.ts";

const model = builtinModel({ group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler" });
const everyFifteen = { type: "Percent", value: 100, periodSeconds: 15 };

test.each<[string, ValueMap, unknown]>([
  ["no rules get the default policies", {}, [everyFifteen]],
  ["rules without policies, too", { scaleDown: { selectPolicy: "Min" } }, [everyFifteen]],
  ["a null is none", { scaleDown: { policies: null } }, [everyFifteen]],
  ["an empty list stays, to be refused", { scaleDown: { policies: [] } }, []],
])("%s", (_title, behavior, policies) => {
  const { object } = model.decode({ apiVersion: "autoscaling/v2", metadata: { name: "a" }, spec: { behavior } });
  applyAutoscalerDefaults(object);
  expect(mapIn(object, "spec", "behavior", "scaleDown")?.["policies"]).toEqual(policies);
});
