import { expect, test } from "vitest";

import { saysUnchangeable } from "./says-unchangeable.ts";

test.each([
  'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
  "roleRef: Invalid value: {}: cannot change roleRef",
  'spec.clusterIPs[0]: Invalid value: ["10.96.7.2"]: may not change once set',
  "value: Forbidden: may not be changed in an update.",
  "spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
  "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`",
  "data: Forbidden: field is immutable when `immutable` is set",
  "spec: Forbidden: spec is immutable after creation except resources.requests",
  "provisioner: Forbidden: updates to provisioner are forbidden.",
])("fixed: %s", (words) => {
  expect(saysUnchangeable(words)).toBe(true);
});

test.each([
  "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
  "spec.ports[0].nodePort: Invalid value: 30777: provided port is already allocated",
  'metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case characters',
  "spec.template.spec.containers: Required value",
])("not valid in itself: %s", (words) => {
  expect(saysUnchangeable(words)).toBe(false);
});
