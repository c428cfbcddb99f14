import type { Hints } from "./mutate.ts";
import { meta, type Specimen } from "./specimen.ts";

const rule = {
  operations: ["CREATE", "UPDATE"],
  apiGroups: ["apps"],
  apiVersions: ["v1"],
  resources: ["deployments", "deployments/scale"],
};
const never = { matchLabels: { never: "matches" } };
const hookHints: Hints = {
  failurePolicy: ["Fail", "Ignore", "X"],
  matchPolicy: ["Exact", "Equivalent", "X"],
  sideEffects: ["None", "Some", "NoneOnDryRun", "X"],
  reinvocationPolicy: ["IfNeeded", "X"],
  timeoutSeconds: [1, 30, 31, 0],
  admissionReviewVersions: [["v1"], ["v2"], ["v1", "v1"], ["V1"], []],
  url: ["https://example.com/x", "http://example.com", "https://u:p@example.com/?q=1#f", "example.com", ""],
  path: ["/a/b", "/a//b", "x", "//", "/Bad", "/a/"],
  service: [
    { name: "s", namespace: "" },
    { name: "", namespace: "n" },
    { name: "s", namespace: "n", port: 70_000 },
  ],
  operations: [["*"], ["*", "CREATE"], ["X"], []],
  resources: [["*"], ["*/*", "pods"], ["*", "pods"], ["pods/*", "pods/status"], ["*/status", "pods/status"], [""], []],
  apiVersions: [["*", "v1"], [""], []],
  apiGroups: [["*", ""], []],
  scope: ["Cluster", "Namespaced", "X"],
  operator: ["In", "Exists", "X"],
  name: ["a.b.c", "a.b", "Bad.b.c", ""],
  objectSelector: [never, {}],
  resourceNames: [["a", "a"], ["a/b"]],
};

const hook = (name: string) => ({
  name,
  clientConfig: { service: { name: "hook", namespace: "hooks", path: "/validate" } },
  rules: [rule],
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
  // Must never be called: nobody listens.
  namespaceSelector: never,
  objectSelector: never,
});

export const admissionSpecimens: readonly Specimen[] = [
  {
    title: "ValidatingWebhookConfiguration",
    object: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { ...meta },
      webhooks: [
        hook("one.example.com"),
        { ...hook("two.example.com"), clientConfig: { url: "https://example.com/x" } },
      ],
    },
    hints: hookHints,
  },
  {
    title: "MutatingWebhookConfiguration",
    object: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: { ...meta },
      webhooks: [hook("one.example.com")],
    },
    hints: hookHints,
  },
  {
    title: "ValidatingAdmissionPolicy",
    object: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { ...meta },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: "true" }],
        paramKind: { apiVersion: "rules.example.com/v1", kind: "Limit" },
      },
    },
    hints: {
      ...hookHints,
      reason: ["Invalid", "X"],
      message: ["", " ", "a\nb"],
      apiVersion: ["v1", "a/b/c", "Bad/v1", "/"],
      kind: ["Bad_", ""],
      expression: ["true", " ", "true"],
      messageExpression: [" "],
    },
  },
  {
    title: "ValidatingAdmissionPolicyBinding",
    object: {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { ...meta },
      spec: {
        policyName: "no-such-policy",
        validationActions: ["Deny"],
        paramRef: { name: "p", parameterNotFoundAction: "Deny" },
        matchResources: { namespaceSelector: never },
      },
    },
    hints: {
      ...hookHints,
      validationActions: [["Deny", "Warn"], ["Audit", "Audit"], ["X"], []],
      parameterNotFoundAction: ["Allow", "X", ""],
      selector: [{ matchLabels: { a: "b" } }, {}],
      policyName: ["Bad_", ""],
    },
  },
  {
    title: "APIService",
    object: {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { ...meta, name: "v1.things.example.com" },
      spec: {
        group: "things.example.com",
        version: "v1",
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        service: { name: "api", namespace: "things" },
        caBundle: "eA==",
      },
    },
    hints: {
      groupPriorityMinimum: [0, 20_001],
      versionPriority: [0, 1001],
      insecureSkipTLSVerify: [true, false],
      caBundle: ["eA==", ""],
      port: [0, 70_000, 8443],
      group: ["", "Bad"],
      version: ["V1", "v1"],
    },
  },
  {
    title: "Endpoints",
    object: {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { ...meta },
      subsets: [
        {
          addresses: [{ ip: "10.1.2.3", hostname: "h", nodeName: "n", targetRef: { kind: "Pod", name: "p" } }],
          ports: [
            { name: "a", port: 80 },
            { name: "b", port: 81, protocol: "UDP" },
          ],
        },
      ],
    },
    hints: {
      ip: ["127.0.0.1", "0.0.0.0", "01.2.3.4", "::1", "2001:DB8::1", "x", ""],
      protocol: ["X", "SCTP", ""],
      name: ["", "Bad"],
      appProtocol: ["http", "bad proto"],
      notReadyAddresses: [[{ ip: "10.1.1.1" }], []],
      hostname: ["Bad", "a.b"],
    },
  },
  {
    title: "EndpointSlice",
    object: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...meta },
      addressType: "IPv4",
      endpoints: [
        {
          addresses: ["10.1.2.3"],
          conditions: { ready: true },
          nodeName: "n",
          hostname: "h",
          hints: { forZones: [{ name: "z" }] },
        },
      ],
      ports: [
        { name: "http", port: 80 },
        { name: "x", protocol: "UDP", port: 53, appProtocol: "example.com/x" },
      ],
    },
    hints: {
      addressType: ["IPv4", "IPv6", "FQDN", "X", ""],
      addresses: [
        ["10.1.1.1"],
        ["127.0.0.1"],
        ["::1"],
        ["2001:db8::1", "2001:DB8::1"],
        ["a.example.com"],
        ["Bad.x"],
        ["x"],
        [],
      ],
      protocol: ["X", "SCTP"],
      forZones: [[{ name: "z" }, { name: "z" }], [{ name: "bad zone" }]],
      forNodes: [[{ name: "n" }], [{ name: "Bad" }]],
      deprecatedTopology: [{ a: "b" }],
      name: ["", "Bad", "http"],
    },
  },
];
