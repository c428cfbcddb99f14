import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";

import type { Store, StoreKey, Stored, StoreSnapshot } from "./store.ts";

/** One line: what an object became (`json`), or that it went. */
interface Line {
  readonly key: StoreKey;
  readonly resourceVersion: number;
  readonly json?: string;
}

const idOf = ({ group, plural, namespace, name }: StoreKey): string => `${group}/${plural}/${namespace}/${name}`;

/** A last line that a killed process did not finish is left out, with what came after it. */
const readLines = (file: string): readonly Line[] => {
  const lines: Line[] = [];
  for (const text of existsSync(file) ? readFileSync(file, "utf8").split("\n") : []) {
    try {
      if (text !== "") lines.push(JSON.parse(text) as Line);
    } catch {
      break;
    }
  }
  return lines;
};

const stateAfter = (lines: readonly Line[]): StoreSnapshot => {
  const objects = new Map<string, Stored>();
  let revision = 0;
  for (const { key, resourceVersion, json } of lines) {
    revision = Math.max(revision, resourceVersion);
    if (json === undefined) objects.delete(idOf(key));
    else objects.set(idOf(key), { key, json, resourceVersion });
  }
  return { revision, objects: [...objects.values()] };
};

const asLine = ({ key, resourceVersion, json }: Line): string => `${JSON.stringify({ key, resourceVersion, json })}\n`;

/** The state of a store in a file: what it was, and every change from now on. */
export interface Journal extends Disposable {
  /** `undefined` when there was no file, or nothing in it. */
  readonly initial: StoreSnapshot | undefined;
  /** Writes each event of the store before its request is answered; without fsync: it outlives the process, not the machine. */
  follow(store: Store): void;
}

/** Opens a journal, rewritten so that it holds each object once. */
export const openJournal = (file: string): Journal => {
  const initial = stateAfter(readLines(file));
  // The revision may be that of a deletion, which leaves no object behind.
  const mark: Line = { key: { group: "", plural: "", namespace: "", name: "" }, resourceVersion: initial.revision };
  writeFileSync(`${file}.new`, [mark, ...initial.objects].map(asLine).join(""), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const descriptor = openSync(file, "a", 0o600);
  let unsubscribe: (() => void) | undefined;
  return {
    initial: initial.revision === 0 ? undefined : initial,
    follow: (store) => {
      unsubscribe = store.subscribeAll(({ type, object }) => {
        const { key, resourceVersion, json } = object;
        writeSync(descriptor, asLine(type === "DELETED" ? { key, resourceVersion } : { key, resourceVersion, json }));
      });
    },
    [Symbol.dispose]: () => {
      unsubscribe?.();
      closeSync(descriptor);
    },
  };
};
