import { createListeners } from "@evenkeel/async";
import type { DeliveryOf } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";

/** Clusters whose anchors this bus was told; a bus that lost its memory was told of none. */
export interface PublishedAnchors {
  /** Whether the newest question about a cluster is answered, or there is a word of it that nobody has questioned. */
  has(cluster: string): boolean;
  /** The newest question about a cluster; empty: none. What is read afterwards answers it. */
  question(cluster: string): string;
  /** Calls back when the bus has forgotten, and when it asks. */
  onUnpublished(listener: () => void, signal: AbortSignal): void;
}

/** Follows what was told and asked; resolves once all of it has been seen. */
export const watchPublished = async ({ bus }: Pick<Deps, "bus">, signal: AbortSignal): Promise<PublishedAnchors> => {
  const published = new Map<string, string>();
  const questions = new Map<string, string>();
  const listeners = createListeners();
  const wake = (): void => {
    listeners.tell();
  };
  const onEntry = ({ fact, type }: DeliveryOf<typeof flows.anchorsAsked | typeof flows.anchorsRead>): void => {
    if (type === flows.anchorsAsked.type) {
      questions.set(fact.cluster, fact.question);
      wake();
      return;
    }
    const { asked, cluster, part, unread } = fact;
    if (part === 0 && unread === undefined) published.set(cluster, asked);
  };
  const onReset = (): void => {
    published.clear();
    questions.clear();
    wake();
  };
  await bus.view([flows.anchorsAsked, flows.anchorsRead], {}, { onEntry, onReset }, signal);
  return {
    has: (cluster) => {
      const [word, question] = [published.get(cluster), questions.get(cluster)];
      return word !== undefined && (question === undefined || word === question);
    },
    question: (cluster) => questions.get(cluster) ?? "",
    onUnpublished: (listener, until) => void listeners.add(listener, until),
  };
};
