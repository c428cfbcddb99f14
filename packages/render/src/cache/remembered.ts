import type { RenderKind } from "@evenkeel/words";

import type { Refusal } from "../render-refused.ts";
import type { Purity, WhyEmpty } from "../request.ts";
import type { RepositoryView } from "../source/repository-view.ts";

/** How a render of one input ended; the set itself is kept under its digest. */
export interface RenderEntry {
  /** The whole input, of which the key is the hash. */
  readonly input: string;
  /** Directory from which `origins` count; warnings and refusals name files from the root, so they hold there only. */
  readonly root: string;
  readonly kind: RenderKind;
  readonly warnings: readonly string[];
  readonly end:
    | {
        readonly outcome: "rendered";
        readonly digest: string;
        readonly purity: Purity;
        /** In the order of the set: file, document, line. */
        readonly origins: readonly (readonly [file: string, document: number, line: number])[];
      }
    | { readonly outcome: "empty"; readonly why: WhyEmpty }
    | { readonly outcome: "refused"; readonly refusal: Refusal };
}

/** What the last render of an application opened, and where its end is; a refusal that needed no render stands here. */
export interface ClosureEntry {
  readonly opened: readonly (readonly [path: string, oid: string])[];
  readonly end: { readonly render: string; readonly root: string } | { readonly refusal: Refusal };
}

export const encodeEntry = (entry: RenderEntry | ClosureEntry): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(entry));

/** The entry in a body, or undefined for one that cannot be read: it is made again. */
export const decodeEntry = <Entry extends RenderEntry | ClosureEntry>(
  body: Uint8Array | undefined,
): Entry | undefined => {
  if (body === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Entry;
  } catch {
    return undefined;
  }
};

/** True if nothing that was opened then has changed since: a few tree lookups. */
export const isUnchanged = async ({ opened }: ClosureEntry, view: RepositoryView): Promise<boolean> => {
  for (const [path, oid] of opened) if ((await view.find(path))?.oid !== oid) return false;
  return true;
};
