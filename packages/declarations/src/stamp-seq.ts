import { canonicalJson } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { declarationsOf, toDeclarationSet } from "./declaration-set.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import type { Application, Declaration } from "./kinds.ts";

const keyOf = (declaration: Declaration): string => `${declaration.kind}/${declaration.metadata.name}`;
const contentOf = ({ kind, metadata, spec }: Declaration): string =>
  canonicalJson({ kind, metadata, spec } as unknown as Json);

// What decides which history an application follows: its repository, that repository's URL and Git ref.
const selectionsIn = (set: DeclarationSet | undefined): ((application: Application) => string) => {
  const sources = new Map(set?.repositories.map((source) => [source.metadata.name, source.spec]));
  return ({ spec: { repository } }) => {
    const source = sources.get(repository);
    return canonicalJson({ repository, url: source?.url ?? "", ref: source?.ref ?? {} } as unknown as Json);
  };
};

/**
 * Gives every declaration the seq at which it last changed, and every Application the seq at which its selection last
 * changed: `seq` where `previous` says otherwise, else what `previous` says. What `previous` numbered up to `floor` is
 * numbered anew: clusters know higher numbers of the time before the bus was lost.
 */
export const stampSeq = (
  set: DeclarationSet,
  previous: DeclarationSet | undefined,
  seq: number,
  floor = 0,
): DeclarationSet => {
  const kept = (stamp: number): number => (stamp > floor ? stamp : seq);
  const before = new Map((previous === undefined ? [] : declarationsOf(previous)).map((item) => [keyOf(item), item]));
  const [selectionBefore, selectionNow] = [selectionsIn(previous), selectionsIn(set)];
  return toDeclarationSet(
    declarationsOf(set).map((item): Declaration => {
      const old = before.get(keyOf(item));
      const changedAt = old !== undefined && contentOf(old) === contentOf(item) ? kept(old.changedAt) : seq;
      if (item.kind !== "Application") return { ...item, changedAt };
      const same = old?.kind === "Application" && selectionBefore(old) === selectionNow(item);
      return { ...item, changedAt, selectedAt: same ? kept(old.selectedAt) : seq };
    }),
  );
};
