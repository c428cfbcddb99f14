import { expect, it } from "vitest";

import { isNamed } from "./find-object.ts";

const web = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
const policy = { group: "networking.k8s.io", kind: "NetworkPolicy", namespace: "shop", name: "web" };
const ingress = { group: "networking.k8s.io", kind: "Ingress", namespace: "", name: "web" };

it.each([
  [web, "deployment", "", true],
  [web, "Deployment", "shop", true],
  [web, "deployments", "", true],
  [web, "deploy", "", true],
  [web, "deployment.apps", "", true],
  [web, "deploy.apps", "", true],
  [web, "deployment.extensions", "", false],
  [web, "deployment", "other", false],
  [web, "service", "", false],
  [web, "__proto__", "", false],
  [web, "constructor", "", false],
  [web, "toString", "", false],
  [web, "constructor.apps", "", false],
  [{ ...web, kind: "constructor" }, "constructor", "", true],
  [policy, "networkpolicies", "", true],
  [policy, "netpol", "", true],
  [ingress, "ingresses", "", true],
  [ingress, "ing.networking.k8s.io", "", true],
])("%o is %s in namespace %j: %s", (ref, kind, namespace, named) =>
  expect(isNamed(ref, { kind, name: "web", namespace })).toBe(named),
);
