import { EVENT_ID, YAMLException, parseEvents } from "js-yaml";
import type { Event } from "js-yaml";

import type { Json } from "./json.ts";
import { ManifestRefused } from "./manifest-refused.ts";
import type { ManifestProblem, Position } from "./manifest-refused.ts";
import { construct } from "./yaml-construct.ts";
import { yamlLimits } from "./yaml-limits.ts";
import type { YamlLimits } from "./yaml-limits.ts";
import { findItemPositions, findPosition } from "./yaml-path.ts";
import type { ValuePath } from "./yaml-path.ts";
import { refuseLongDocuments } from "./yaml-documents.ts";
import { positions } from "./yaml-position.ts";
import { scalarReader } from "./yaml-read-scalar.ts";
import type { ScalarRules } from "./yaml-read-scalar.ts";
import type { Dialect } from "./yaml-scalar.ts";
import { refuseLimit } from "./yaml-source.ts";
import type { YamlSource } from "./yaml-source.ts";
import { hasOddScalar } from "./yaml-style.ts";
import { decodeText } from "./yaml-text.ts";

export interface ParseYamlOptions {
  /** Named in every message; a name that ends in `.json` allows the escapes of JSON. */
  readonly file: string;
  readonly dialect: Dialect;
  readonly limits?: Partial<YamlLimits>;
  /** Refuses what is else a warning. */
  readonly strict?: boolean;
  readonly substitute?: NonNullable<ScalarRules["substitute"]>;
}

/** One document of a file; `value` is null for an empty one. */
export interface YamlDocument {
  readonly value: Json;
  /** Line of the first node, from 1. */
  readonly line: number;
  /**
   * The place of the value at `path`, or of its key; where the path is not written (missing, or behind an alias), the
   * place of its nearest ancestor that is. Walks the document each time: for messages.
   */
  readonly positionOf: (path: ValuePath, part?: "key" | "value") => Position;
  /** The places of all items of the sequence at `path`, in one walk. */
  readonly itemPositions: (path: ValuePath) => readonly Position[];
}

export interface ParsedYaml {
  readonly documents: readonly YamlDocument[];
  /** Scalars that other readers take otherwise, the first 100 of a file. */
  readonly warnings: readonly ManifestProblem[];
  /** See `hasOddScalar`. */
  readonly odd: boolean;
}

const WARNINGS_KEPT = 100;

/**
 * Reads every document of a YAML or JSON file by the golden table: integers exact, duplicate keys, cycles, foreign tags
 * and directives refused, costs limited. Throws ManifestRefused and nothing else.
 */
export const parseYaml = (bytes: Uint8Array, options: ParseYamlOptions): ParsedYaml => {
  const { file } = options;
  const limits: YamlLimits = { ...yamlLimits, ...options.limits };
  if (bytes.length > limits.fileBytes) {
    throw refuseLimit(
      { file, text: "", events: [], limits, positionAt: positions("") },
      0,
      "size in bytes",
      limits.fileBytes,
      bytes.length,
    );
  }
  const text = decodeText(bytes, file);
  const source: YamlSource = {
    file,
    text,
    events: readEvents(text, file, limits),
    limits,
    positionAt: positions(text),
  };
  refuseDirectives(source);
  if (bytes.length > limits.documentBytes) refuseLongDocuments(source);

  const warnings: ManifestProblem[] = [];
  const onAmbiguous = (problem: () => ManifestProblem): void => {
    if (options.strict === true) throw new ManifestRefused(problem());
    if (warnings.length < WARNINGS_KEPT) warnings.push(problem());
  };
  const reader = scalarReader(source, {
    dialect: options.dialect,
    escapes: file.endsWith(".json") ? "json" : "yaml",
    onAmbiguous,
    ...(options.substitute === undefined ? {} : { substitute: options.substitute }),
  });
  const documents = construct(source, reader).map(({ value, root }): YamlDocument => {
    const positionOf: YamlDocument["positionOf"] = (path, part = "value") => findPosition(source, root, path, part);
    return {
      value,
      get line() {
        return positionOf([]).line;
      },
      positionOf,
      itemPositions: (path) => findItemPositions(source, root, path),
    };
  });
  return { documents, warnings, odd: hasOddScalar(text, source.events) };
};

const readEvents = (text: string, file: string, limits: YamlLimits): readonly Event[] => {
  try {
    // The scalar below the deepest collection counts as a level there, and the constructor counts exactly.
    return parseEvents(text, { filename: file, maxDepth: limits.depth + 2 });
  } catch (cause) {
    const mark = cause instanceof YAMLException ? cause.mark : undefined;
    const why = cause instanceof YAMLException ? cause.reason : "the text cannot be read";
    const tooDeep = why.startsWith("nesting exceeded");
    // Not as a cause: the parser's own message shows the lines around the place, whatever is in them.
    throw new ManifestRefused({
      code: tooDeep ? "LimitExceeded" : "YamlRefused",
      file,
      line: (mark?.line ?? 0) + 1,
      column: (mark?.column ?? 0) + 1,
      problem: tooDeep ? `depth of nesting is over ${limits.depth}` : withoutText(why),
      remedy: tooDeep ? "split or shorten it" : "correct the YAML here, or put the value in quotes",
    });
  }
};

/** Some reasons end with what was read. */
const withoutText = (why: string): string => why.replace(/(?:: | ")[^]*$/, "");

/** The parser reports only the directives that it knows. Both lists are in the order of the text: one walk of each. */
const refuseDirectives = ({ file, text, events, positionAt }: YamlSource): void => {
  let at = 0;
  for (const { index } of text.matchAll(/^%/gm)) {
    while (at < events.length && endOfScalar(events[at]) <= index) at += 1;
    const event = events[at];
    if (event?.type === EVENT_ID.SCALAR && event.valueStart <= index) continue;
    const remedy = "remove the line";
    throw new ManifestRefused({ code: "YamlRefused", file, ...positionAt(index), problem: "a directive", remedy });
  }
};

const endOfScalar = (event: Event | undefined): number => (event?.type === EVENT_ID.SCALAR ? event.valueEnd : -1);
