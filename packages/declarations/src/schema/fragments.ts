/**
 * A JSON Schema as plain data. `expects` is ours: the words a message uses for what the pattern wants; `hidden` keeps
 * the value out of messages, because a mistaken one may hold a password.
 */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "boolean";
  readonly description?: string;
  readonly expects?: string;
  readonly hidden?: true;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** An object with these fields and no others. */
export const closed = (
  properties: { readonly [name: string]: Schema },
  required: readonly string[] = [],
  description?: string,
): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
  ...(description === undefined ? {} : { description }),
});

/** An object with exactly one of these fields. */
export const oneFieldOf = (
  properties: { readonly [name: string]: Schema },
  expects: string,
  description: string,
): Schema => ({
  type: "object",
  description,
  properties,
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  expects,
});

export const text: Schema = { type: "string", minLength: 1, maxLength: 1024 };
export const flag: Schema = { type: "boolean" };

export const label: Schema = {
  type: "string",
  pattern: "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
  expects: "a name of lower-case letters, digits and hyphens (RFC 1123 label)",
};

export const duration: Schema = {
  type: "string",
  pattern: "^(?:[0-9]+(?:ms|s|m|h|d))+$",
  expects: 'a duration with a unit, such as "60s"',
};

export const instant: Schema = {
  type: "string",
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$",
  expects: 'a time such as "2026-11-22T12:00:00Z"',
};

export const fullId: Schema = {
  type: "string",
  pattern: "^(?:[0-9a-f]{40}|[0-9a-f]{64})$",
  expects: "a full commit id of 40 or 64 lower-case hex digits",
};

const fileName: Schema = {
  type: "string",
  pattern: "^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$",
  expects: "a file name of letters, digits, dots, underscores and hyphens",
};

/** A secret reference: the file `<name>/<key>` below the secrets directory of the service that uses it. */
export const secretKey: Schema = closed(
  {
    name: { ...label, description: "Name of the secret: a folder." },
    key: { ...fileName, description: "Key of the secret: a file of that folder." },
  },
  ["name", "key"],
  "A secret: the file NAME/KEY below the secrets directory of the service that uses it.",
);
export const secretFile = fileName;

export const stringMap: Schema = { type: "object", additionalProperties: { type: "string" } };

/** Kubernetes' label selector. */
export const labelSelector: Schema = closed(
  {
    matchLabels: { ...stringMap, description: "Labels that must be there with these values." },
    matchExpressions: {
      type: "array",
      items: closed(
        {
          key: { ...text, description: "Name of a label." },
          operator: {
            type: "string",
            enum: ["In", "NotIn", "Exists", "DoesNotExist"],
            description: "How it is compared.",
          },
          values: { type: "array", items: { type: "string" }, description: "Values, for In and NotIn." },
        },
        ["key", "operator"],
      ),
      description: "Requirements that must all hold.",
    },
  },
  [],
  "As in Kubernetes; an empty one matches all.",
);

/** The whole document around a spec. */
export const documentOf = (kind: string, spec: Schema, description: string): Schema =>
  closed(
    {
      apiVersion: { type: "string", enum: ["evenkeel.dev/v1alpha1"], description: "Version of this form." },
      kind: { type: "string", enum: [kind], description: "What is declared." },
      metadata: closed(
        {
          name: { ...label, description: "Unique among its kind." },
          labels: { ...stringMap, description: "Of a Cluster: what applications select." },
          annotations: { ...stringMap, description: "Notes; nothing acts on them." },
        },
        ["name"],
        "Who it is.",
      ),
      spec: { ...spec, description: "What is wanted." },
    },
    ["apiVersion", "kind", "metadata", "spec"],
    description,
  );
