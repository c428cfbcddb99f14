import { describe, expect, it } from "vitest";

import type { LiveObject, ValueMap } from "../../../json.ts";
import { checkQuotas, type QuotaAnswer } from "./check-quotas.ts";

const quota = (hard: ValueMap, used: ValueMap, spec: ValueMap = {}): LiveObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "q" },
  spec: { hard, ...spec },
  status: { hard, used },
});
const secret: LiveObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "two" } };
const pod = (resources: ValueMap, spec: ValueMap = {}): LiveObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [{ name: "c", resources }], ...spec },
});
const service = (type: string): LiveObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s" },
  spec: { type, ports: [{ port: 80 }, { port: 81 }] },
});

const refused = (message: string): QuotaAnswer => ({ kind: "refused", message });
const allowed = (used?: ValueMap): QuotaAnswer => ({
  kind: "allowed",
  used: new Map(used === undefined ? [] : [["q", used]]),
});

describe("a quota", () => {
  it.each<[string, string, LiveObject, LiveObject, QuotaAnswer]>([
    [
      "refuses one object too many",
      "secrets",
      secret,
      quota({ secrets: "1" }, { secrets: "1" }),
      refused("exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1"),
    ],
    [
      "counts what it lets in, under both names",
      "secrets",
      secret,
      quota({ secrets: "2", "count/secrets": "5", pods: "1" }, { secrets: "1", "count/secrets": "1", pods: "1" }),
      allowed({ secrets: "2", "count/secrets": "2", pods: "1" }),
    ],
    ["is silent about other resources", "secrets", secret, quota({ pods: "0" }, { pods: "0" }), allowed()],
    [
      "with a scope is about pods only",
      "secrets",
      secret,
      quota({ secrets: "0" }, { secrets: "0" }, { scopes: ["BestEffort"] }),
      allowed(),
    ],
    [
      "must have been counted once",
      "secrets",
      secret,
      quota({ secrets: "1" }, {}),
      refused("status unknown for quota: q, resources: secrets"),
    ],
    [
      "on requests makes containers say theirs",
      "pods",
      pod({ limits: { cpu: "1" } }),
      quota({ "requests.cpu": "1", "limits.memory": "1Gi" }, { "requests.cpu": "0", "limits.memory": "0" }),
      refused("failed quota: q: must specify limits.memory for: c; requests.cpu for: c"),
    ],
    [
      "adds requests",
      "pods",
      pod({ requests: { cpu: "500m", "example.com/gpu": "1" } }),
      quota(
        { "requests.cpu": "1", "requests.example.com/gpu": "4" },
        { "requests.cpu": "400m", "requests.example.com/gpu": "0" },
      ),
      allowed({ "requests.cpu": "900m", "requests.example.com/gpu": "1" }),
    ],
    [
      "refuses requests beyond its limit",
      "pods",
      pod({ requests: { cpu: "700m" } }),
      quota({ cpu: "1" }, { cpu: "400m" }),
      refused("exceeded quota: q, requested: cpu=700m, used: cpu=400m, limited: cpu=1"),
    ],
    [
      "may be for pods of a priority",
      "pods",
      pod({}, { priorityClassName: "high" }),
      quota(
        { pods: "0" },
        { pods: "0" },
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      ),
      refused("exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0"),
    ],
    [
      "counts node ports",
      "services",
      service("NodePort"),
      quota({ "services.nodeports": "1" }, { "services.nodeports": "0" }),
      refused(
        "exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1",
      ),
    ],
  ])("%s", (_title, plural, object, held, answer) => {
    expect(checkQuotas({ group: "", plural, object, quotas: [held] })).toEqual(answer);
  });

  it("charges an update only for what is more", () => {
    const held = quota({ "services.nodeports": "2", services: "1" }, { "services.nodeports": "0", services: "1" });
    const question = { group: "", plural: "services", quotas: [held] };
    expect(checkQuotas({ ...question, object: service("NodePort"), old: service("ClusterIP") })).toEqual(
      allowed({ "services.nodeports": "2", services: "1" }),
    );
    expect(checkQuotas({ ...question, object: service("ClusterIP"), old: service("NodePort") })).toEqual(allowed());
  });
});
