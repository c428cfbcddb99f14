import type { LiveObject } from "../json.ts";
import { type FieldError, invalid, required } from "../kinds/field-error.ts";
import { fieldsOf, textOf } from "../kinds/validation/read-value.ts";
import type { CrdCondition } from "./crd-conditions.ts";
import { specOf } from "./crd-document.ts";

const annotation = "api-approved.kubernetes.io";
const needed = `protected groups must have approval annotation "${annotation}"`;
const see = "see https://github.com/kubernetes/enhancements/pull/1111";

type State = "missing" | "bypassed" | "approved" | "invalid";

const isProtected = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

const valueOf = (crd: LiveObject): string => textOf(fieldsOf(crd.metadata["annotations"])[annotation]);

const isUrl = (text: string): boolean => /^[a-zA-Z][-a-zA-Z0-9+.]*:\/\/[^/ ]/.test(text);

const stateOf = (crd: LiveObject): { readonly state: State; readonly text: string } => {
  const value = valueOf(crd);
  if (value === "") return { state: "missing", text: `${needed}, ${see}` };
  if (value.startsWith("unapproved")) return { state: "bypassed", text: `not approved: ${JSON.stringify(value)}` };
  if (isUrl(value)) return { state: "approved", text: `approved in ${value}` };
  return { state: "invalid", text: `${needed} with either a URL or a reason starting with "unapproved", ${see}` };
};

const told: Readonly<Record<State, Pick<CrdCondition, "status" | "reason">>> = {
  missing: { status: "False", reason: "MissingAnnotation" },
  bypassed: { status: "False", reason: "UnapprovedAnnotation" },
  approved: { status: "True", reason: "ApprovedAnnotation" },
  invalid: { status: "False", reason: "InvalidAnnotation" },
};

/** The condition of a CRD in a group of the Kubernetes community; undefined in all others. */
export const approvalOf = (crd: LiveObject): CrdCondition | undefined => {
  if (!isProtected(textOf(specOf(crd)["group"]))) return undefined;
  const { state, text } = stateOf(crd);
  return { type: "KubernetesAPIApprovalPolicyConformant", ...told[state], message: text };
};

/** Such a group asks for an approval, or for words why there is none; what was without before may stay so. */
export const validateApproval = (crd: LiveObject, old?: LiveObject): readonly FieldError[] => {
  if (!isProtected(textOf(specOf(crd)["group"]))) return [];
  const { state, text } = stateOf(crd);
  if (old !== undefined && stateOf(old).state === state) return [];
  const field = `metadata.annotations[${annotation}]`;
  if (state === "missing") return [required(field, text)];
  return state === "invalid" ? [invalid(field, valueOf(crd), text)] : [];
};
