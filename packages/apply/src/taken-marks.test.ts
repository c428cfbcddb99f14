import { APP_LABEL, OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { marksTaken } from "./taken-marks.ts";

const ref = { group: "", kind: "ConfigMap", namespace: "shop", name: "a" };
const object = (labels: Record<string, string>, annotations: Record<string, string>): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop", labels, annotations },
});
const label = { [APP_LABEL]: "ours" };
const annotation = { [OWN_ANNOTATIONS.installation]: "here" };
const sent = object(label, annotation);

describe("what a server has stored of our marks", () => {
  test.each([
    ["as sent, with more beside it", object({ ...label, team: "a" }, { ...annotation, note: "b" }), undefined, ""],
    ["without labels", object({}, annotation), "without its label evenkeel.dev/app", "label evenkeel.dev/app"],
    [
      "with another app's label",
      object({ [APP_LABEL]: "other" }, annotation),
      "with another value of its label evenkeel.dev/app",
      "label evenkeel.dev/app",
    ],
    [
      "without annotations",
      object(label, {}),
      "without its annotation evenkeel.dev/installation",
      "annotation evenkeel.dev/installation",
    ],
    [
      "without either",
      object({}, {}),
      "without its label evenkeel.dev/app and without its annotation evenkeel.dev/installation",
      "label evenkeel.dev/app and annotation evenkeel.dev/installation",
    ],
  ])("%s", (_title, stored, words, names) => {
    const reason = marksTaken(ref, sent, stored);
    if (words === undefined) return expect(reason).toBeUndefined();
    expect(reason).toMatchObject({
      code: "AdmissionDenied",
      message: expect.stringContaining(`was stored ${words}: `),
    });
    expect(reason?.remedy).toBe(`have the policy or webhook leave ${names} on`);
  });
});
