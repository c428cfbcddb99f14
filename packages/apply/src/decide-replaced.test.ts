import type { KubeObject } from "@evenkeel/resource";
import type { AdoptPolicy } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { decideReplaced } from "./decide-replaced.ts";
import { ref, web } from "./web.fixture.ts";

describe("an object made anew by others under a name of ours", () => {
  const made = (metadata: Partial<KubeObject["metadata"]> = {}): KubeObject => ({
    ...web,
    metadata: { ...web.metadata, managedFields: [{ manager: "kubectl-create", operation: "Update" }], ...metadata },
  });
  const policy = (drift: "correct" | "report" | "hold", adopt: AdoptPolicy = "none") => ({ drift, adopt });
  const ours = {
    labels: { "evenkeel.dev/app": "app1" },
    annotations: { "evenkeel.dev/installation": "test" },
  };
  test.each([
    ["is put back under correct", made(), policy("correct"), "take"],
    ["is put back if our marks were copied onto it", made(ours), policy("correct"), "take"],
    ["is only told under report", made(), policy("report"), "made again by kubectl-create: drift is reported only"],
    ["is only told under hold", made(), policy("hold"), "drift is held"],
    [
      "is left to another application of ours, even under takeover",
      made({ labels: { "evenkeel.dev/app": "app2" }, annotations: { "evenkeel.dev/installation": "test" } }),
      policy("correct", "takeover"),
      "application app2 holds it",
    ],
    ["is put back under takeover whatever drift says", made(), policy("report", "takeover"), "take"],
    [
      "is left to another engine",
      made({ annotations: { "meta.helm.sh/release-name": "x" } }),
      policy("correct"),
      "Helm manages it",
    ],
    [
      "is left to another application",
      made({ labels: { "evenkeel.dev/app": "app2" } }),
      policy("correct"),
      "application app2 holds it",
    ],
    [
      "is left to another installation",
      made({ ...ours, annotations: { "evenkeel.dev/installation": "other" } }),
      policy("correct"),
      "installation other holds it",
    ],
    [
      "is ours if our apply made it",
      made({ ...ours, managedFields: [{ manager: "evenkeel", operation: "Apply" }] }),
      policy("report"),
      "ours",
    ],
  ] as const)("%s", (_title, found, how, wanted) => {
    const decision = decideReplaced({ ref, live: found, owner: { appUid: "app1", installation: "test" }, policy: how });
    expect(decision.kind === "refuse" ? decision.reason.message : decision.kind).toContain(wanted);
  });
});
