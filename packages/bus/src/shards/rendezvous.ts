import { fnv1a32 } from "@evenkeel/contracts";

/** Spreads the bits of a hash: FNV alone leaves neighbours alike, and a replica idle. */
const fmix32 = (value: number): number => {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const score = (shard: string, instance: string): number => fmix32(fnv1a32(`${shard} ${instance}`));

/**
 * Which instance each shard falls to: highest score first, and no instance takes more than ceil(shards / instances).
 * All who know the same names come to the same answer; a join or leave moves few shards.
 */
export const assignShards = (shards: readonly string[], instances: readonly string[]): ReadonlyMap<string, string> => {
  const most = Math.ceil(shards.length / Math.max(1, instances.length));
  const pairs = shards
    .flatMap((shard) => instances.map((instance) => ({ shard, instance, score: score(shard, instance) })))
    .toSorted((a, b) => b.score - a.score || compare(a.shard, b.shard) || compare(a.instance, b.instance));
  const owners = new Map<string, string>();
  const load = new Map<string, number>();
  for (const { shard, instance } of pairs) {
    const taken = load.get(instance) ?? 0;
    if (owners.has(shard) || taken >= most) continue;
    owners.set(shard, instance);
    load.set(instance, taken + 1);
  }
  return owners;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
