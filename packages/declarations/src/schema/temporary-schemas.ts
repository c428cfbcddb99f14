import { closed, documentOf, fullId, instant, label, secretKey, text } from "./fragments.ts";
import type { Schema } from "./fragments.ts";

const accountable: { readonly [name: string]: Schema } = {
  reason: { ...text, description: "Why; shown with every effect." },
  owner: { ...text, description: "Who answers for it." },
  expiresAt: { ...instant, description: "When it ends by itself." },
};
const always = ["reason", "owner", "expiresAt"];

/** A temporary exception: what, for how long, by whom. */
export const overrideSchema = documentOf(
  "Override",
  closed(
    {
      what: {
        type: "string",
        enum: ["acceptRewrite", "suspend", "detectOnly", "pin"],
        description: "acceptRewrite: one rewritten history is followed, once.",
      },
      scope: closed(
        {
          repository: { ...label, description: "Name of the Repository whose rewrite is accepted." },
          gitRef: {
            type: "string",
            pattern: "^(?:refs/(?:heads|tags)/.+|HEAD)$",
            expects: "a full Git ref, such as refs/heads/main",
            description: "The Git ref that was rewritten.",
          },
          from: { ...fullId, description: "The accepted tip that is given up." },
          to: { ...fullId, description: "The tip that is accepted instead." },
          application: { ...label, description: "Name of an Application." },
          cluster: { ...label, description: "Name of a Cluster." },
        },
        [],
        "What it acts on: for acceptRewrite repository, gitRef, from and to, as the hold names them.",
      ),
      revision: { ...fullId, description: "Commit that is pinned." },
      digest: { ...text, description: "Digest that is pinned." },
      ...accountable,
    },
    ["what", "scope", ...always],
  ),
  "A temporary exception from a rule.",
);

/** The word of a human who has read a plan. */
export const approvalSchema = documentOf(
  "Approval",
  closed(
    {
      unit: {
        type: "string",
        pattern: "^[a-z0-9-]+@[a-z0-9-]+$",
        expects: "APPLICATION@CLUSTER",
        description: "The unit whose plan is allowed.",
      },
      planDigest: {
        type: "string",
        pattern: "^(?:sha256:)?[0-9a-f]{64}$",
        expects: "the digest that the hold names (sha256:...)",
        description: "The plan that was read and is allowed, as evenkeel get unit names it.",
      },
      ...accountable,
    },
    ["unit", "planDigest", ...always],
  ),
  "Allows one plan that a budget or a protection holds.",
);

/** Who is told what. */
export const alertSchema = documentOf(
  "Alert",
  closed(
    {
      selector: { type: "object", additionalProperties: true, description: "Units it is about." },
      facts: { type: "array", items: text, description: "Facts that are sent." },
      severity: { type: "string", enum: ["info", "warning", "critical"], description: "How grave it is." },
      sinks: {
        type: "array",
        items: closed(
          {
            name: { ...label, description: "Name of the sink." },
            kind: { ...text, description: "Its protocol." },
            secretRef: secretKey,
          },
          ["name", "kind"],
        ),
        description: "Where to.",
      },
    },
    ["sinks"],
  ),
  "Sends chosen facts to sinks.",
);
