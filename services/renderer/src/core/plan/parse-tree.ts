import type { GitObjectType } from "@evenkeel/words";

/** One entry of a git tree object; `name` stays bytes where it is no UTF-8, as it must not match any path then. */
export interface ParsedEntry {
  readonly mode: string;
  readonly type: GitObjectType;
  readonly name: string | Uint8Array;
  readonly oid: string;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const decode = (bytes: Uint8Array): string | Uint8Array => {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
};

/** By the kind in the mode, as git reads it: zeros of old tools in front, and `40755`, which fsck lets pass. */
const typeOf = (mode: string): GitObjectType =>
  /^0*4\d{4}$/.test(mode) ? "tree" : /^0*1[02]\d{4}$/.test(mode) ? "blob" : "commit";

/** Reads the body of a tree object: `<mode> <name>` NUL and the raw id, over and over. Throws on a cut one. */
export const parseTree = (body: Uint8Array, idBytes: number): readonly ParsedEntry[] => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const entries: ParsedEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space + 1);
    const next = end + 1 + idBytes;
    if (space < 0 || end < 0 || next > bytes.length) throw new Error(`git tree is cut at byte ${at}`);
    const mode = bytes.toString("latin1", at, space);
    entries.push({
      mode,
      type: typeOf(mode),
      name: decode(bytes.subarray(space + 1, end)),
      oid: bytes.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
};
