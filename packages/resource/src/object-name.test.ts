import { describe, expect, test } from "vitest";

import { findFault } from "./check-object.ts";

const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: "web" } });

describe("what an object says that it is", () => {
  test.each([
    ["v1", "ConfigMap"],
    ["apps/v1", "Deployment"],
    ["cert-manager.io/v1alpha2", "ClusterIssuer"],
    ["example.org/v1", "x"],
    ["k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"],
  ])("is taken: %s %s", (apiVersion, kind) => expect(findFault(object(apiVersion, kind))).toBeUndefined());

  test.each([
    ["v1", "apps/Deployment", ["kind"]], // its ref would read like that of apps/v1 Deployment
    ["v1", "Config Map", ["kind"]],
    ["v1", "Deploymenté", ["kind"]],
    ["v1", "K\u212a", ["kind"]], // a Kelvin sign, which is a k in small letters
    ["v1", "x".repeat(64), ["kind"]],
    ["a/b/c", "Deployment", ["apiVersion"]],
    ["/v1", "Deployment", ["apiVersion"]],
    ["apps/", "Deployment", ["apiVersion"]],
    ["Apps/v1", "Deployment", ["apiVersion"]],
    ["apps/v1\n", "Deployment", ["apiVersion"]],
  ])("is refused: %j %j", (apiVersion, kind, path) => {
    expect(findFault(object(apiVersion, kind))).toMatchObject({ code: "ObjectInvalid", path });
  });
});
