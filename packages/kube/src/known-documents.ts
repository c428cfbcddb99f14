import type { ApiResource, DiscoveryDocument } from "./discovery-document.ts";
import type { KubeResponse } from "./transport.ts";

/** A document as it is looked up: by `group/kind`. */
export interface IndexedDocument extends DiscoveryDocument {
  readonly index: ReadonlyMap<string, readonly ApiResource[]>;
}

export const indexed = (document: DiscoveryDocument): IndexedDocument => ({
  ...document,
  index: Map.groupBy(document.resources, ({ group, kind }) => `${group}/${kind}`),
});

const MOST = 16;
const MOST_BYTES = 1024 * 1024;
const known: { readonly type: string | undefined; readonly body: Buffer; readonly document: IndexedDocument }[] = [];

/**
 * What was read of an answer that was the same byte for byte: clusters of a fleet serve much the same, and share it. Never
 * told by an ETag, which another server may give for something else.
 */
export const knownDocument = ({ body, headers, status }: KubeResponse): IndexedDocument | undefined =>
  status === 200
    ? known.find((each) => each.type === headers["content-type"] && each.body.equals(body))?.document
    : undefined;

/** Keeps what was read of an answer, the newest few. */
export const keepDocument = ({ body, headers }: KubeResponse, document: IndexedDocument): IndexedDocument => {
  if (body.length > MOST_BYTES) return document;
  known.unshift({ type: headers["content-type"], body: Buffer.from(body), document });
  known.length = Math.min(known.length, MOST);
  return document;
};
