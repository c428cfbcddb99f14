import { isObject } from "@evenkeel/resource";
import type { Refusal } from "../render-refused.ts";
import { documentsOf } from "../sandbox/documents.ts";

/** A fault in what was built, with its object: its line is in no file that an author has. */
export const withObject = (refusal: Refusal, output: Uint8Array, outputName: string): Refusal => {
  if (refusal.file !== outputName) return refusal;
  const object = objectAt(Buffer.from(output).toString("utf8").split("\n"), refusal.line ?? 1);
  return object === "" ? refusal : { ...refusal, problem: `${object}: ${refusal.problem}` };
};

/** Kind and name of the document around a line, as far as they are there. */
const objectAt = (lines: readonly string[], line: number): string => {
  const start = lines.lastIndexOf("---", line - 1) + 1;
  const end = lines.indexOf("---", start);
  const text = lines.slice(start, end < 0 ? lines.length : end).join("\n");
  const [object] = documentsOf("object.yaml", Buffer.from(text));
  if (!isObject(object)) return "";
  const { kind, metadata } = object;
  const name = isObject(metadata) ? metadata["name"] : undefined;
  return [kind, name].flatMap((part) => (typeof part === "string" && /^[\w.:-]+$/.test(part) ? [part] : [])).join(" ");
};
