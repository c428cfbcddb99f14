import { GitFailed } from "@evenkeel/git";

import { faultOf } from "./check-object.ts";
import type { KeptStore } from "./git-disk.ts";
import type { HostedRepository, RepositoryView } from "./hosted-repository.ts";
import { linksOf } from "./objects.ts";
import type { GitObject } from "./objects.ts";

/**
 * Takes into a store what an object leads to and the store lacks: whole or not at all, as `index-pack --strict` does.
 * Whatever is in a store came with all that it leads to. Throws GitFailed, of which `notOurs` is one that asks again.
 */
export const takePack = (
  kept: KeptStore,
  { repository, view }: { readonly repository: HostedRepository; readonly view: RepositoryView },
  oid: string,
  { what, packBytes }: { readonly what: string; readonly packBytes: number },
): void => {
  const wanted = view.find(oid) ?? notOurs(oid, what);
  if (repository.isShallow) throw shallow(repository);
  const pack = new Map<string, GitObject>([[oid, wanted]]);
  let bytes = 0;
  for (const [id, object] of pack) {
    if (repository.isDamaged(id)) throw corrupt(what, `loose object ${id} is corrupt`);
    const fault = faultOf(object);
    if (fault !== undefined) throw corrupt(what, `error in ${object.type} ${id}: ${fault}`);
    bytes += object.body.length;
    if (bytes > packBytes) throw tooLarge(what, packBytes);
    for (const link of linksOf(object)) {
      if (kept.objects.has(link) || pack.has(link)) continue;
      pack.set(link, view.find(link) ?? missing(what, link));
    }
  }
  for (const [id, object] of pack) kept.objects.set(id, object);
  kept.packs += 1;
};

const notOurs = (oid: string, what: string): never => {
  throw new GitFailed(
    "RefGone",
    `${what} failed: not our ref ${oid}`,
    "push the Git ref again, or declare another one",
  );
};

const missing = (what: string, oid: string): never => {
  throw corrupt(what, `unable to read ${oid}`);
};

const corrupt = (what: string, says: string): GitFailed =>
  new GitFailed(
    "ObjectCorrupt",
    `${what} failed: ${says}`,
    "repair the history at its source: git fsck there names the object",
  );

const shallow = ({ url }: HostedRepository): GitFailed =>
  new GitFailed(
    "ServerCapability",
    `repository ${url} is shallow`,
    "serve a complete repository: ancestry cannot be judged in a shallow one",
  );

const tooLarge = (what: string, packBytes: number): GitFailed =>
  new GitFailed(
    "LimitExceeded",
    `${what} stopped: the pack is larger than ${packBytes} bytes`,
    "make the repository smaller, or raise the pack limit of the source-watcher",
  );
