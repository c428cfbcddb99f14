import { meta, metaHints, type Specimen } from "./specimen.ts";

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
