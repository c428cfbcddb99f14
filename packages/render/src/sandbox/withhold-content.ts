import { parseYaml } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

/**
 * What a tool says without what its input holds: kustomize prints whole objects, helm values and lines of templates. A
 * word stays if it is a name (a path, a key, a kind, an object's or a template's name), one of the tools' own, or in no
 * file of the input, also not in base64; every other one is `***`.
 */
export const withholdContent = (said: string, files: ReadonlyMap<string, Uint8Array>): string => {
  const texts = [...files.values()].map((bytes) => Buffer.from(bytes).toString("utf8"));
  const content = [...texts, ...texts.flatMap(decodedIn)].join("\n").toLowerCase();
  const names = namesIn(files, texts);
  let before = "";
  return said.replace(BYTES, "[***]").replace(WORD, (word) => {
    const isPlace = /^\d+$/.test(word) && PLACE.test(before);
    before = word;
    return isPlace || isKept(word, names, content) ? word : "***";
  });
};

const isKept = (word: string, names: ReadonlySet<string>, content: string): boolean => {
  if (names.has(word) || isOwn(word)) return true;
  const parts = word.split(/[.:/~-]+/).filter((part) => part !== "");
  // Groups of digits are no name: a telephone number, a date and an address are made of them.
  const isName = (part: string): boolean => !/^\d+$/.test(part) && (names.has(part) || isOwn(part));
  if (parts.length > 1 && parts.every(isName)) return true;
  return !forms(word).some((form) => content.includes(form));
};

/** As it is, with what a sentence puts at its ends, and decoded. */
const forms = (word: string): readonly string[] => {
  const bare = word.replace(/^[.:~-]+|[.:~-]+$/g, "");
  const decoded = /^[A-Za-z0-9+/=_-]{4,}$/.test(bare) ? Array.from(Buffer.from(bare, "base64").toString("utf8")) : [];
  const isText =
    decoded.length > 0 && decoded.every((one) => /[\p{L}\p{N}\p{P}\p{S}\s]/u.test(one) && one !== "\ufffd");
  return [bare, ...(isText ? [decoded.join("").trim()] : [])]
    .filter((form) => form !== "")
    .map((form) => form.toLowerCase());
};

// What Go writes between the words of a value, its escapes among them.
const WORD = /(?:(?!\\[nrtabfv"'\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})[^\s"'`(){}[\],;|<>=&])+/gi;
// How Go prints bytes that are no text.
const BYTES = /\[\d{1,3}(?: \d{1,3})+\]/g;
const PLACE = /(?:^|:)(?:lines?|column|col|index|byte|offset|status)$/i;

const decodedIn = (text: string): readonly string[] =>
  [...text.matchAll(/[A-Za-z0-9+/]{4,}={0,2}/g)].map(([run]) => Buffer.from(run, "base64").toString("utf8"));

const namesIn = (files: ReadonlyMap<string, Uint8Array>, texts: readonly string[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const path of files.keys())
    for (const part of [path, ...path.split("/"), ...path.split(/[/.]/)]) names.add(part);
  for (const text of texts)
    for (const [, name = ""] of text.matchAll(/\{\{-?\s*(?:define|template|include|block)\s+"([^"]+)"/g))
      names.add(name);
  for (const word of explanationsIn(files)) names.add(word);
  for (const [path, bytes] of files) {
    if (!/\.(?:ya?ml|json)$|kustomization$/i.test(path)) continue;
    for (const value of documentsOf(path, bytes)) addNames(value, names, true);
  }
  return names;
};

/** Plain words with which a template explains a refusal of its own, but none that is in a file of values. */
const explanationsIn = (files: ReadonlyMap<string, Uint8Array>): readonly string[] => {
  const isTemplate = (path: string): boolean => /(?:^|\/)templates\//.test(path);
  const text = (wanted: (path: string) => boolean): string =>
    [...files].flatMap(([path, bytes]) => (wanted(path) ? [Buffer.from(bytes).toString("utf8")] : [])).join("\n");
  const others = text((path) => !isTemplate(path)).toLowerCase();
  return [...text(isTemplate).matchAll(/\b(?:fail|required)\s+\(?(?:printf\s+)?"([^"]*)"/g)]
    .flatMap(([, said = ""]) => said.split(/[^\p{L}]+/u))
    .filter((word) => /^\p{L}+$/u.test(word) && !others.includes(word.toLowerCase()));
};

const documentsOf = (file: string, bytes: Uint8Array): readonly Json[] => {
  try {
    return parseYaml(bytes, { file, dialect: "kustomize" }).documents.map(({ value }) => value);
  } catch {
    return []; // a template, or what the tool complains of: it has no names then
  }
};

// Keys everywhere; of values only those that name the object itself, and what a patch says of where and how.
const addNames = (value: Json | undefined, names: Set<string>, isRoot = false): void => {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) addNames(item, names);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const map = value as { readonly [key: string]: Json | undefined };
  const { apiVersion, kind, metadata } = map;
  if (isRoot) for (const text of [kind, apiVersion]) addText(text, names);
  if (isRoot && typeof metadata === "object" && metadata !== null && !Array.isArray(metadata)) {
    const { name, namespace } = metadata as { readonly [key: string]: Json | undefined };
    addText(name, names);
    addText(namespace, names);
  }
  if (typeof map["op"] === "string") addText(map["path"], names);
  for (const [key, member] of Object.entries(map)) {
    names.add(key);
    if (key === "secretGenerator" || key === "configMapGenerator") addGenerated(member, names);
    if (key === "patch" && typeof member === "string")
      for (const patch of documentsOf("patch.yaml", Buffer.from(member))) addNames(patch, names, !Array.isArray(patch));
    else addNames(member, names);
  }
};

const addGenerated = (generators: Json | undefined, names: Set<string>): void => {
  for (const one of Array.isArray(generators) ? (generators as readonly Json[]) : []) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) continue;
    const { name, literals } = one as { readonly [key: string]: Json | undefined };
    addText(name, names);
    for (const literal of Array.isArray(literals) ? (literals as readonly Json[]) : [])
      if (typeof literal === "string" && literal.includes("=")) names.add(literal.slice(0, literal.indexOf("=")));
  }
};

const addText = (value: Json | undefined, names: Set<string>): void => {
  if (typeof value !== "string" || value === "") return;
  for (const part of [value, ...value.split("/")]) names.add(part);
};

const isOwn = (word: string): boolean => word.length < 2 || OWN.has(word.toLowerCase().replace(/^[.:]+|[.:]+$/g, ""));

// Of the errors of kustomize, helm, Go's templates and its YAML; a secret that is one of these words hides among them.
const OWN: ReadonlySet<string> = new Set(
  `a accumulate accumulating accumulation add admissible all already also an and annotations any argument arguments array as at base bases be becomes
  behavior bool boolean both but by cannot can calling chart charts column conflict contain contains content contents converting could create
  data decode decoding defined delete did dir directory docs document does duplicate each either element empty end eof error errors evaluating evil
  exact exec executing execution exist exists expected expecting failed failure fatal field fields file files find float for found from func
  function function generated generator go got group gvk has have helm id if illegal in include index input int integer interface internal into invalid is it
  item json key keys kind kustomization kustomize label labels legacy line list literal literals load loading local manifest map mapping matches may merge merging
  metadata missing mode multiple must name names namespace need nil no node nodes not null number object objects of on one only op operation
  or origin out output pair parse parsing patch patches path pointer query read reading recover ref reference referencing registered remove render
  replace replacement required resid resmap resource resources root same scalar schema secret secretgenerator security select selector sequence set should
  some source spec specified statement status string struct structure syntax tag target template templates test than that the there this to token tpl
  transform transformer two type unable undefined unexpected unknown unmarshal unmarshalling use used using validation value values version was which
  with without wrong yaml you int64 float64 map[string]interface interface{} toyaml fromyaml tojson nindent indent quote printf default lookup range end
  see debug flag flags github.com helm.sh http https exit usage installation upgrade release try again please bad size limit exceeded maximum
  mappingnode scalarnode sequencenode documentnode aliasnode malformedyamlerror strategic add test copy move plan matches malformed`.split(
    /\s+/,
  ),
);
