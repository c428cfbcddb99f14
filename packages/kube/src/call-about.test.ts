import { expect, test } from "vitest";

import { aboutOf } from "./call-about.ts";

test.each([
  ["/api/v1/configmaps?limit=500", "/configmaps"],
  ["/api/v1/namespaces/shop/configmaps/web?fieldManager=evenkeel", "/configmaps"],
  ["/apis/apps/v1/namespaces/shop/deployments/web/status", "apps/deployments"],
  ["/apis/example.com/v1beta1/things?watch=1", "example.com/things"],
  ["/apis/example.com/v1/namespaces/shop/things", "example.com/things"],
  ["/api/v1/namespaces/kube-system", "/namespaces"],
  ["/api/v1/namespaces/shop/status", "/namespaces"],
  ["/api/v1/namespaces", "/namespaces"],
  ["/apis", ""],
  ["/apis/apps/v1", ""],
  ["/version", ""],
])("%s is a call about %j", (path, about) => {
  expect(aboutOf(path)).toBe(about);
});
