import { always, attempt, brokenIf, fuzz, texts } from "@evenkeel/fuzz";
import { formatRef } from "@evenkeel/words";

import { canonicalJson, parseManifests, parseYaml, refOf } from "./index.ts";
import type { Json, ParsedYaml, ValuePath } from "./index.ts";
import { ManifestRefused } from "./manifest-refused.ts";
import { yamlTexts } from "./yaml-texts.fixture.ts";

type Parse = typeof parseYaml;
const dialects = ["api", "kustomize"] as const;

/** What no value may hold, whatever was written; the first that one does. */
const odd = (value: Json, depth = 0): string | undefined => {
  if (depth > 200) return "deeper than it may be";
  if (typeof value === "string") return value.isWellFormed() ? undefined : "half a character";
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "no finite number";
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item) => odd(item, depth + 1)).find((one) => one !== undefined);
  if (Object.getPrototypeOf(value) !== null) return "a map with a prototype";
  if (Object.hasOwn(value, "__proto__")) return "a key that JavaScript knows";
  for (const [key, member] of Object.entries(value)) {
    const found = key.isWellFormed() ? odd(member ?? null, depth + 1) : "half a character in a key";
    if (found !== undefined) return found;
  }
  return undefined;
};

/** JSON that every reader takes for the same: nothing in it but ASCII. */
const asciiJson = (value: Json): string =>
  canonicalJson(value).replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

const PATHS: readonly ValuePath[] = [["a"], ["metadata", "name"], ["items", 0, "kind"], [0, "a"]];
const isInside = (lines: number, line: number, column: number): boolean => line >= 1 && line <= lines && column >= 1;

fuzz<string, Parse>({
  name: "yaml",
  inputs: texts(yamlTexts),
  subject: parseYaml,
  law: (parse) => {
    const read = (text: string, file: string, dialect: (typeof dialects)[number]) =>
      attempt(() => parse(Buffer.from(text, "utf8"), { file, dialect }), ManifestRefused);
    return (text, note) => {
      const lines = text.split("\n").length;
      const dialect = dialects[text.length % 2] ?? "api";
      const { value: parsed, refused } = read(text, "a.yaml", dialect);
      note(refused === undefined ? "taken" : `refused ${refused.code}`);
      if (refused !== undefined) {
        brokenIf(
          !isInside(lines + 1, refused.line, refused.column),
          `its fault is in line ${refused.line} of ${lines}`,
        );
        return;
      }
      checkDocuments(parsed, lines);
      for (const { value } of parsed.documents) {
        const json = canonicalJson(value);
        const again = read(asciiJson(value), "a.json", dialect);
        // A document may hold more keys, or longer ones, than may be written again without its aliases.
        if (again.refused !== undefined)
          brokenIf(again.refused.code !== "LimitExceeded", `what is read is refused: ${again.refused.message}`);
        else
          brokenIf(
            canonicalJson(again.value.documents[0]?.value ?? null) !== json,
            "what is read is read as something else",
          );
      }
      brokenIf("polluted" in {}, "the prototype of all objects was changed");
      const { value: manifests } = attempt(
        () => parseManifests(Buffer.from(text, "utf8"), { file: "a.yaml", dialect }),
        ManifestRefused,
      );
      if (manifests === undefined || manifests.objects.length === 0) return;
      note("objects");
      const refs = manifests.objects.map(({ object }) => formatRef(always(() => refOf(object))));
      brokenIf(new Set(refs).size !== refs.length, "two objects of one ref");
    };
  },
  sometimes: {
    taken: 5,
    "refused YamlRefused": 4,
    "refused DuplicateKey": 1_000,
    "refused ScalarRefused": 1_000,
    "refused KeyForbidden": 500,
    "refused NotUtf8Text": 40,
    objects: 20,
  },
  planted: {
    "an integer as the nearest that JavaScript has": (bytes, options) =>
      withScalars(
        parseYaml(bytes, options),
        (value) => (typeof value === "bigint" ? Number(value) + 2048 : value),
        bytes,
      ),
    "half a character": (bytes, options) =>
      withScalars(parseYaml(bytes, options), (value) => (value === "é" ? "\ud800" : value), bytes),
    "a stack overflow for what is deep": (bytes, options) =>
      Buffer.from(bytes).includes("[[[") ? (overflow(1) as never) : parseYaml(bytes, options),
  },
});

const overflow = (n: number): number => overflow(n + 1) + 1;
const checkDocuments = ({ documents, warnings }: ParsedYaml, lines: number): void => {
  for (const document of documents) {
    brokenIf(odd(document.value) !== undefined, () => `it holds ${odd(document.value)}`);
    brokenIf(!isInside(lines + 1, document.line, 1), `a document in line ${document.line} of ${lines}`);
    for (const path of PATHS) {
      const { line, column } = document.positionOf(path, "key");
      brokenIf(!isInside(lines + 1, line, column), `a key in line ${line} of ${lines}`);
    }
  }
  for (const { line, column } of warnings) brokenIf(!isInside(lines + 1, line, column), `a warning in line ${line}`);
};

/** A planted fault in what is read of a YAML text, not of the JSON that it is held to. */
const withScalars = (parsed: ParsedYaml, change: (value: Json) => Json, bytes: Uint8Array): ParsedYaml => {
  if (bytes[0] === 0x7b || bytes[0] === 0x5b) return parsed;
  const walk = (value: Json): Json => {
    if (typeof value !== "object" || value === null) return change(value);
    if (Array.isArray(value)) return (value as readonly Json[]).map(walk);
    const copy: Record<string, Json> = Object.create(null) as Record<string, Json>;
    for (const [key, member] of Object.entries(value)) copy[key] = walk(member ?? null);
    return copy;
  };
  return { ...parsed, documents: parsed.documents.map((one) => ({ ...one, line: one.line, value: walk(one.value) })) };
};
