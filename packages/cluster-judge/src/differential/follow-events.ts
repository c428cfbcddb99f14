import type { KubeTransport } from "@evenkeel/kube";
import { parseJson } from "@evenkeel/resource";

import type { Value } from "@evenkeel/embedded-cluster";
import { isMap } from "@evenkeel/embedded-cluster";

export interface SeenEvent {
  readonly type: string;
  readonly object: Value;
}

/** Events of some collections, kept by object until they are taken. */
export interface Followed extends AsyncDisposable {
  /** All events so far of `name` in the collection at `path`, which are then forgotten. */
  take(path: string, name: string): readonly SeenEvent[];
  /** Resolves once an event of this object has come in; false after `ms`. */
  seen(path: string, name: string, ms: number): Promise<boolean>;
}

const nameOf = (object: Value | undefined): string => {
  const metadata = isMap(object) ? object["metadata"] : undefined;
  return isMap(metadata) && typeof metadata["name"] === "string" ? metadata["name"] : "";
};

/** Watches each collection from now on. */
export const followEvents = async (transport: KubeTransport, paths: readonly string[]): Promise<Followed> => {
  const ended = new AbortController();
  const events = new Map<string, SeenEvent[]>();
  const waiting = new Map<string, () => void>();
  const reading: Promise<void>[] = [];
  const follow = async (path: string): Promise<void> => {
    const list = await transport.request({ method: "GET", path: `${path}?limit=1` }, ended.signal);
    const listed = JSON.parse(list.body.toString("utf8")) as { metadata?: { resourceVersion?: string } };
    const version = listed.metadata?.resourceVersion ?? "";
    const stream = await transport.stream(
      {
        method: "GET",
        path: `${path}?watch=1&resourceVersion=${version}&timeoutSeconds=3000`,
        headers: { "user-agent": "judge/1.0" },
      },
      ended.signal,
    );
    const read = async (): Promise<void> => {
      for await (const line of stream) {
        const event = parseJson(line.toString("utf8")) as unknown as SeenEvent;
        const key = `${path} ${nameOf(event.object)}`;
        const known = events.get(key);
        if (known === undefined) events.set(key, [event]);
        else known.push(event);
        waiting.get(key)?.();
      }
    };
    reading.push(
      read().catch((error: unknown) => {
        if (!ended.signal.aborted) console.error(`watch of ${path} ended: ${String(error)}`);
      }),
    );
  };
  for (const path of paths) await follow(path);
  return {
    take: (path, name) => {
      const taken = events.get(`${path} ${name}`) ?? [];
      events.delete(`${path} ${name}`);
      return taken;
    },
    seen: (path, name, ms) => {
      const key = `${path} ${name}`;
      if (events.has(key)) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(key);
          resolve(false);
        }, ms);
        waiting.set(key, () => {
          clearTimeout(timer);
          waiting.delete(key);
          resolve(true);
        });
      });
    },
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await Promise.allSettled(reading);
    },
  };
};
