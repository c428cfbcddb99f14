import type { LiveObject } from "../../../json.ts";
import type { Hints } from "./mutate.ts";

/** A valid object of a kind, and values worth trying in its places. */
export interface Specimen {
  readonly title: string;
  readonly object: LiveObject;
  readonly hints: Hints;
}

const meta = {
  name: "specimen",
  labels: { app: "x", "example.com/tier": "web" },
  annotations: { "example.com/note": "some text" },
  finalizers: ["example.com/hold"],
};
const metaHints: Hints = {
  finalizers: [
    ["example.com/a", "b"],
    ["orphan", "foregroundDeletion"],
  ],
};

export const plainSpecimens: readonly Specimen[] = [
  {
    title: "ConfigMap",
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...meta },
      data: { a: "1", "b.txt": "two" },
      binaryData: { c: "AAEC" },
    },
    hints: {
      ...metaHints,
      immutable: [true, false],
      binaryData: [{ a: "AAEC" }, { "..x": "AA==" }],
      data: [{ "b c": "x" }, { "..": "y" }],
    },
  },
  {
    title: "immutable ConfigMap",
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...meta, name: "frozen" },
      data: { a: "1" },
      immutable: true,
    },
    hints: { immutable: [true, false], binaryData: [{ z: "AAEC" }] },
  },
  {
    title: "Secret",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...meta },
      data: { a: "YQ==", username: "dQ==" },
      stringData: { b: "text" },
      type: "Opaque",
    },
    hints: {
      ...metaHints,
      type: [
        "kubernetes.io/tls",
        "kubernetes.io/basic-auth",
        "kubernetes.io/ssh-auth",
        "kubernetes.io/dockercfg",
        "kubernetes.io/dockerconfigjson",
        "kubernetes.io/service-account-token",
        "bootstrap.kubernetes.io/token",
        "x y",
        "",
      ],
      immutable: [true, false],
      data: [
        { ".dockercfg": "e30=", ".dockerconfigjson": "W10=" },
        { ".dockerconfigjson": "eA==" },
        { "tls.crt": "eA==" },
        { "ssh-privatekey": "" },
        { "a b": "" },
      ],
      stringData: [{ "tls.crt": "x", "tls.key": "y" }, { a: "other" }, { ".dockercfg": "3" }],
    },
  },
  {
    title: "immutable Secret",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...meta, name: "frozen" },
      data: { a: "YQ==" },
      immutable: true,
    },
    hints: { immutable: [true, false], stringData: [{ a: "a" }, { a: "b" }] },
  },
  {
    title: "Namespace",
    object: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { ...meta, name: "some-space" },
      spec: { finalizers: ["kubernetes"] },
    },
    hints: { ...metaHints, spec: [{ finalizers: ["example.com/x", "y"] }, {}], status: [{ phase: "Terminating" }] },
  },
  {
    title: "ServiceAccount",
    object: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { ...meta },
      secrets: [{ name: "s", namespace: "n", kind: "Secret" }],
      imagePullSecrets: [{ name: "pull" }],
      automountServiceAccountToken: false,
    },
    hints: { ...metaHints, annotations: [{ "kubernetes.io/enforce-mountable-secrets": "true" }] },
  },
];

const rules = [{ apiGroups: ["", "apps"], resources: ["pods"], verbs: ["get", "list"], resourceNames: ["a"] }];

export const rbacSpecimens: readonly Specimen[] = [
  {
    title: "Role",
    object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { ...meta }, rules },
    hints: { nonResourceURLs: [["/x"], []] },
  },
  {
    title: "ClusterRole",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { ...meta },
      rules: [...rules, { nonResourceURLs: ["/healthz"], verbs: ["get"] }],
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { a: "b" } },
          { matchExpressions: [{ key: "k", operator: "In", values: ["v"] }] },
        ],
      },
    },
    hints: {
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "Gt"],
      nonResourceURLs: [["/x"], []],
      aggregationRule: [{}, { clusterRoleSelectors: [] }],
    },
  },
  {
    title: "RoleBinding",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { ...meta },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
      subjects: [
        { kind: "ServiceAccount", name: "sa", namespace: "ns" },
        { kind: "User", name: "u" },
        { kind: "Group", name: "g", apiGroup: "rbac.authorization.k8s.io" },
      ],
    },
    hints: {
      kind: ["Role", "ClusterRole", "User", "Group", "ServiceAccount"],
      apiGroup: ["", "rbac.authorization.k8s.io"],
    },
  },
  {
    title: "ClusterRoleBinding",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { ...meta },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
      subjects: [
        { kind: "ServiceAccount", name: "sa", namespace: "ns" },
        { kind: "User", name: "u" },
      ],
    },
    hints: {
      kind: ["Role", "ClusterRole", "User", "Group", "ServiceAccount"],
      apiGroup: ["", "rbac.authorization.k8s.io"],
    },
  },
];

export const networkSpecimens: readonly Specimen[] = [
  {
    title: "NetworkPolicy",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { ...meta },
      spec: {
        podSelector: { matchLabels: { app: "x" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: [
              { podSelector: {} },
              { namespaceSelector: { matchExpressions: [{ key: "k", operator: "Exists" }] } },
              { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
            ],
            ports: [{ port: 80 }, { protocol: "UDP", port: "dns" }, { port: 1000, endPort: 2000 }],
          },
        ],
        egress: [{ to: [{ ipBlock: { cidr: "2001:db8::/32" } }], ports: [{ port: 53, protocol: "UDP" }] }],
      },
    },
    hints: {
      cidr: [
        "10.0.0.0/8",
        "10.0.0.1/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "::ffff:10.0.0.0/104",
        "2001:DB8::/32",
        "2001:db8:0:0::/64",
        "10.0.0.0/33",
        "::/0",
        "10.0.0.0",
      ],
      except: [["10.1.0.0/16", "11.0.0.0/16"], ["10.0.0.0/8"], ["2001:db8:1::/48"], ["x"]],
      protocol: ["TCP", "SCTP", "X"],
      port: [80, "http", "bad_name", 0, 70_000],
      endPort: [90, 1, 70_000],
      policyTypes: [["Ingress"], ["Egress"], ["Ingress", "Egress", "Ingress"], ["X"]],
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "Gt"],
      ipBlock: [{ cidr: "1.2.3.0/24" }, {}],
    },
  },
];

const serviceHints: Hints = {
  type: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "X"],
  clusterIP: ["None", "", "10.96.0.50", "1.2.3.4", "010.0.0.1", "::1", "x"],
  clusterIPs: [["None"], [], ["10.96.0.50"], ["10.96.0.50", "::1"], ["10.96.0.50", "10.96.0.51", "10.96.0.52"]],
  ipFamilies: [["IPv4"], ["IPv6"], ["IPv4", "IPv6"], ["X"], []],
  ipFamilyPolicy: ["SingleStack", "PreferDualStack", "RequireDualStack", "X"],
  protocol: ["TCP", "UDP", "SCTP", "X", ""],
  targetPort: ["http", 8080, "Bad_Name", 0, ""],
  nodePort: [30_090, 30_091, 20_000, 0],
  sessionAffinity: ["ClientIP", "None", "X"],
  sessionAffinityConfig: [{ clientIP: { timeoutSeconds: 10 } }, { clientIP: { timeoutSeconds: 0 } }, {}],
  externalIPs: [["1.2.3.4"], ["127.0.0.1", "0.0.0.0"], ["169.254.1.1"], ["01.2.3.4"], ["2001:DB8::1"], ["x"]],
  externalName: ["example.com", "example.com.", "Bad_", ""],
  externalTrafficPolicy: ["Local", "Cluster", "X"],
  internalTrafficPolicy: ["Local", "Cluster", "X"],
  allocateLoadBalancerNodePorts: [true, false],
  loadBalancerClass: ["example.com/a", "bad class"],
  loadBalancerIP: ["1.2.3.4", "01.2.3.4", "2001:DB8::1"],
  loadBalancerSourceRanges: [["10.0.0.0/8"], ["10.0.0.1/8"], ["x"], [" 10.0.0.0/8 "]],
  healthCheckNodePort: [30_095, 0],
  trafficDistribution: ["PreferClose", "PreferSameZone", "X"],
  appProtocol: ["http", "example.com/x", "bad proto"],
  selector: [{ app: "y" }, {}, { "bad key": "x" }],
  name: ["http", "web", "", "Bad", "a.b"],
};

export const serviceSpecimens: readonly Specimen[] = [
  {
    title: "Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta },
      spec: {
        selector: { app: "x" },
        ports: [
          { name: "http", port: 80, targetPort: "http" },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    },
    hints: serviceHints,
  },
  {
    title: "one-port Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "one-port" },
      spec: { ports: [{ port: 80 }] },
    },
    hints: serviceHints,
  },
  {
    title: "NodePort Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "node-port" },
      spec: {
        type: "NodePort",
        selector: { app: "x" },
        ports: [
          { name: "http", port: 80, nodePort: 30_080 },
          { name: "udp", port: 80, protocol: "UDP" },
        ],
        sessionAffinity: "ClientIP",
      },
    },
    hints: serviceHints,
  },
  {
    title: "LoadBalancer Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "balancer" },
      spec: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        selector: { app: "x" },
        ports: [{ name: "http", port: 80 }],
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        loadBalancerClass: "example.com/x",
      },
    },
    hints: serviceHints,
  },
  {
    title: "headless Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "headless" },
      spec: { clusterIP: "None", selector: { app: "x" }, ports: [{ port: 80 }] },
    },
    hints: serviceHints,
  },
  {
    title: "ExternalName Service",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...meta, name: "external" },
      spec: { type: "ExternalName", externalName: "example.com" },
    },
    hints: serviceHints,
  },
];

const backend = { service: { name: "web", port: { number: 80 } } };

export const otherSpecimens: readonly Specimen[] = [
  {
    title: "Ingress",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...meta },
      spec: {
        ingressClassName: "nginx",
        defaultBackend: backend,
        tls: [{ hosts: ["a.example.com", "*.example.com"], secretName: "tls" }],
        rules: [
          {
            host: "a.example.com",
            http: {
              paths: [
                { path: "/x", pathType: "Prefix", backend },
                {
                  pathType: "ImplementationSpecific",
                  backend: { resource: { apiGroup: "example.com", kind: "Bucket", name: "b" } },
                },
              ],
            },
          },
          { host: "*.example.com" },
        ],
      },
    },
    hints: {
      pathType: ["Exact", "Prefix", "ImplementationSpecific", "X"],
      path: ["", "/", "x", "/a//b", "/a/./b", "/a/..", "/%2f"],
      host: ["*.example.com", "*", "1.2.3.4", "Bad", "a.*.b", ""],
      port: [{ name: "http" }, { number: 0 }, { name: "http", number: 80 }, { name: "Bad_" }],
      resource: [
        { kind: "", name: "a/b" },
        { apiGroup: "Bad!", kind: "K", name: "n" },
      ],
      annotations: [{ "kubernetes.io/ingress.class": "nginx" }, { "kubernetes.io/ingress.class": "other" }],
      defaultBackend: [{}, { service: { name: "Bad Name", port: { number: 70_000 } } }],
      rules: [[]],
    },
  },
  {
    title: "IngressClass",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { ...meta },
      spec: { controller: "example.com/ingress", parameters: { apiGroup: "example.com", kind: "Params", name: "p" } },
    },
    hints: {
      scope: ["Cluster", "Namespace", "X"],
      namespace: ["ns", "Bad_"],
      controller: ["example.com/x y", "x", "a/b/c", "Bad/x", "x".repeat(260)],
    },
  },
  {
    title: "ResourceQuota",
    object: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { ...meta },
      spec: {
        hard: { "requests.cpu": "1", "limits.cpu": "2", pods: "10" },
        scopes: ["NotTerminating"],
        scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] },
      },
    },
    hints: {
      hard: [
        { pods: "1.5" },
        { cpu: "-1" },
        { services: "1", "example.com/gpu": "500m" },
        { unknown: "1" },
        { "bad name": "1" },
        { "requests.memory": "2Gi", "limits.memory": "1Gi" },
        { cpu: "1n" },
        { "count/jobs.batch": "3" },
        { "hugepages-2Mi": "1" },
      ],
      scopes: [["BestEffort"], ["BestEffort", "NotBestEffort"], ["X"], ["Terminating", "NotTerminating"], []],
      scopeName: ["BestEffort", "PriorityClass", "X", "Terminating", "VolumeAttributesClass"],
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "X"],
      pods: ["1", "0.5", "-1", "1e3"],
      status: [{ hard: { pods: "1" } }],
    },
  },
  {
    title: "LimitRange",
    object: {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { ...meta },
      spec: {
        limits: [
          {
            type: "Container",
            max: { cpu: "2" },
            min: { cpu: "100m" },
            default: { memory: "1Gi" },
            maxLimitRequestRatio: { cpu: "4" },
          },
          { type: "Pod", max: { memory: "4Gi" } },
          { type: "PersistentVolumeClaim", min: { storage: "1Gi" } },
        ],
      },
    },
    hints: {
      type: ["Container", "Pod", "PersistentVolumeClaim", "example.com/X", "X"],
      max: [{ cpu: "50m" }, { storage: "2Gi" }, { "example.com/gpu": "2" }, { "bad name": "1" }],
      min: [{ cpu: "3" }, { memory: "1n" }],
      default: [{ cpu: "3" }, { cpu: "1m" }, { "hugepages-2Mi": "4Mi" }],
      defaultRequest: [{ cpu: "3" }, { cpu: "1m" }, { "hugepages-2Mi": "2Mi" }],
      maxLimitRequestRatio: [{ cpu: "0.5" }, { cpu: "100" }],
    },
  },
  {
    title: "PriorityClass",
    object: {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { ...meta },
      value: 1000,
      description: "x",
    },
    hints: {
      value: [2_000_000_000, 1_000_000_001, -5],
      globalDefault: [true, false],
      preemptionPolicy: ["Never", "PreemptLowerPriority", "X", ""],
    },
  },
  {
    title: "StorageClass",
    object: {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { ...meta },
      provisioner: "example.com/disk",
      parameters: { b: "1", a: "2" },
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a", "b"] }] }],
    },
    hints: {
      reclaimPolicy: ["Retain", "Delete", "Recycle", "X", ""],
      volumeBindingMode: ["WaitForFirstConsumer", "X", ""],
      provisioner: ["EXAMPLE.com/x", "bad prov", ""],
      parameters: [{ "": "x" }, {}],
      values: [[], ["a", "a"]],
      allowVolumeExpansion: [true],
      mountOptions: [["a"]],
    },
  },
  {
    title: "Lease",
    object: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { ...meta },
      spec: {
        holderIdentity: "me",
        leaseDurationSeconds: 15,
        leaseTransitions: 1,
        renewTime: "2026-01-01T00:00:00.000000Z",
      },
    },
    hints: { strategy: ["OldestEmulationVersion"], preferredHolder: ["x"] },
  },
];

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

export const allSpecimens: readonly Specimen[] = [
  ...admissionSpecimens,
  ...otherSpecimens,
  ...plainSpecimens,
  ...serviceSpecimens,
  ...rbacSpecimens,
  ...networkSpecimens,
];
