import { OWN_DOMAIN, canonicalJson, isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

const MOVING = ["managedFields", "resourceVersion", "generation"] as const;

/** Without our own marks; a map that holds nothing else is none. */
const withoutMarks = (map: Json | undefined): JsonObject | undefined => {
  if (!isObject(map)) return undefined;
  const kept = Object.entries(map).filter(([key]) => !key.startsWith(`${OWN_DOMAIN}/`));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

const comparable = ({ metadata, ...content }: KubeObject): JsonObject => {
  const kept = Object.entries(metadata).filter(([key]) => !MOVING.some((moving) => moving === key));
  const { labels, annotations } = metadata;
  return {
    ...content,
    metadata: { ...Object.fromEntries(kept), labels: withoutMarks(labels), annotations: withoutMarks(annotations) },
  };
};

const differ = (a: Json | undefined, b: Json | undefined, path: string): readonly string[] => {
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differ(a[key], b[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    return (a as readonly Json[]).flatMap((item, index) =>
      differ(item, (b as readonly Json[])[index], `${path}[${index}]`),
    );
  }
  return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [path];
};

/**
 * Where an object is another one than the server would make of it by an apply, our own marks apart: server output is
 * compared with server output, so that stringData, quantities, nulls and defaults do not count.
 */
export const wouldChange = (live: KubeObject, applied: KubeObject): readonly string[] =>
  differ(comparable(live), comparable(applied), "");
