import { decodeToken, encodeToken } from "./subject.ts";

/** How the values of one kind are kept: generated from the options in proto/. */
export interface StateRule<T> {
  readonly bucket: string;
  /** Key: `{field}` is one encoded token, `{+field}` one that is encoded already, `{field?}` may be absent, `{field*}` is the rest. */
  readonly template: string;
  /** Who may write and sign it; `*`: each service, keys that begin with its own name. */
  readonly writers: readonly string[];
  readonly codec: {
    encode(value: T): { finish(): Uint8Array };
    decode(bytes: Uint8Array): T;
  };
}

export type ValueOf<R> = R extends StateRule<infer T> ? T : never;

type Field<Name extends string> = Name extends `+${infer Plain}`
  ? { readonly [K in Plain]: string }
  : Name extends `${infer Plain}?`
    ? { readonly [K in Plain]?: string }
    : Name extends `${infer Plain}*`
      ? { readonly [K in Plain]: string }
      : { readonly [K in Name]: string };

type Fields<Template> = Template extends `${string}{${infer Name}}${infer Rest}` ? Field<Name> & Fields<Rest> : unknown;

/** The fields of a template's keys. */
export type KeyOf<Template extends string> = { readonly [K in keyof Fields<Template>]: Fields<Template>[K] };

type Given = Readonly<Record<string, string | undefined>>;

interface Part {
  readonly name: string;
  readonly kind: "literal" | "encoded" | "plain" | "optional" | "rest";
}

const kinds = { "+": "plain", "?": "optional", "*": "rest" } as const;

const partOf = (token: string): Part => {
  const [, before = "", name = "", after = ""] = /^\{(\+?)(\w+)([?*]?)\}$/.exec(token) ?? [];
  if (name === "") return { name: token, kind: "literal" };
  return { name, kind: kinds[(before || after) as keyof typeof kinds] ?? "encoded" };
};

const known = new Map<string, readonly Part[]>();

const partsOf = (template: string): readonly Part[] => {
  const parts = known.get(template) ?? template.split(".").map(partOf);
  known.set(template, parts);
  return parts;
};

const tokenOf = ({ kind, name }: Part, value: string): string =>
  kind === "literal" ? name : kind === "plain" || kind === "rest" ? value : encodeToken(value);

/** The key with these fields. */
export const fillKey = (template: string, fields: Given): string =>
  partsOf(template)
    .flatMap((part) => {
      const value = part.kind === "literal" ? "" : fields[part.name];
      if (value === undefined && part.kind !== "optional") throw new TypeError(`key ${template} without ${part.name}`);
      return value === undefined ? [] : [tokenOf(part, value)];
    })
    .join(".");

/** The keys that have these fields, as the server matches: `*` is one token, `>` one or more to the end. */
export const keyPattern = (template: string, fields: Given = {}): string => {
  const parts = partsOf(template);
  const tokens = parts.map((part) => {
    const value = part.kind === "literal" ? "" : fields[part.name];
    return value === undefined ? (part.kind === "rest" ? ">" : "*") : tokenOf(part, value);
  });
  const [last, before] = [parts.at(-1), parts.at(-2)];
  if (last?.kind !== "optional" || fields[last.name] !== undefined) return tokens.join(".");
  // With and without the last field: only the rest of the key matches both.
  const head = before !== undefined && fields[before.name] === undefined ? tokens.slice(0, -2) : tokens.slice(0, -1);
  return [...head, ">"].join(".");
};

/** The fields of a key; undefined if it is not of this template. */
export const parseKey = (template: string, key: string): Record<string, string> | undefined => {
  const parts = partsOf(template);
  const tokens = key.split(".");
  const fields: Record<string, string> = {};
  for (const [at, { kind, name }] of parts.entries()) {
    const token = tokens[at];
    if (kind === "rest" && token !== undefined) return { ...fields, [name]: tokens.slice(at).join(".") };
    if (token === undefined) return kind === "optional" ? fields : undefined;
    if (kind === "literal" && token !== name) return undefined;
    if (kind === "literal") continue;
    const value = kind === "plain" ? token : decodeToken(token);
    if (value === undefined) return undefined;
    fields[name] = value;
  }
  return tokens.length === parts.length ? fields : undefined;
};
