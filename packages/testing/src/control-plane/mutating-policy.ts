const GROUP = "admissionregistration.k8s.io";

export interface MutatingPolicyOptions {
  /** Of both objects; only objects whose name begins so are changed. */
  readonly name: string;
  readonly namespace: string;
  readonly operations: readonly ("CREATE" | "UPDATE")[];
  /** CEL: what an object must be like to be changed. */
  readonly when: string;
  /** CEL: the JSON patches that are made. */
  readonly patches: string;
}

/** A MutatingAdmissionPolicy and its binding that change ConfigMaps: apply both in this order, delete them in the other. */
export const mutatingPolicy = ({ name, namespace, operations, when, patches }: MutatingPolicyOptions) =>
  [
    {
      apiVersion: `${GROUP}/v1`,
      kind: "MutatingAdmissionPolicy",
      metadata: { name },
      spec: {
        reinvocationPolicy: "Never",
        failurePolicy: "Fail",
        matchConstraints: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
          resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations, resources: ["configmaps"] }],
        },
        matchConditions: [{ name: "named", expression: `object.metadata.name.startsWith('${name}') && ${when}` }],
        mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: `[${patches}]` } }],
      },
    },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "MutatingAdmissionPolicyBinding",
      metadata: { name },
      spec: { policyName: name },
    },
  ] as const;
