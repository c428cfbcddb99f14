/** What was loaded by key, and what is being loaded: all who ask meanwhile share the answer. */
export interface Memo<K, V> {
  /** What is kept, or what `load` gives; a load that fails is told to all who wait for it, and not kept. */
  get(key: K, load: () => Promise<V>): Promise<V>;
  forget(key: K): void;
}

/** Keeps the `most` newest, of those that `isKept`. */
export const createMemo = <K, V>({
  most = Infinity,
  isKept = () => true,
}: {
  readonly most?: number;
  readonly isKept?: (value: V) => boolean;
} = {}): Memo<K, V> => {
  const kept = new Map<K, Promise<V>>();
  return {
    get: (key, load) => {
      const known = kept.get(key);
      if (known !== undefined) return known;
      const loading = load();
      kept.set(key, loading);
      const forget = (): void => {
        if (kept.get(key) === loading) kept.delete(key);
      };
      loading.then((value) => (isKept(value) ? undefined : forget()), forget);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
      return loading;
    },
    forget: (key) => void kept.delete(key),
  };
};
