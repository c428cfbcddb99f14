import type { SeenBug } from "./row.ts";

/** Of the applier's memory: inventories, claims, anchors and the ledger. */
export const ownerBugs: readonly SeenBug[] = [
  {
    name: "inventory-written-after",
    about: "what is to be created is listed once it is, not before",
    file: "services/applier/src/write/apply-plan.ts",
    find: "    ...(listsNew(run, plan) ? { list: () => save(pending, false) } : {}),\n",
    replace: "",
    invariant: "fault.crash-safe",
    how: "an applier is killed after a create and before the inventory is stored, and the next commit has the object no more: nobody knows that it is ours; while it is desired, its marks bring it back into the inventory",
  },
  {
    name: "inventory-of-the-old-cluster",
    about: "what was applied to a cluster counts as applied to the one that took its name",
    file: "services/applier/src/run/admit.ts",
    find: `return other === "" || other === uid ? stored : { ...stored, value: undefined, recordRevisions: new Map() };`,
    replace: "return stored;",
    invariant: "version.stable",
    how: "an API server is made anew, empty, under a cluster's name: its units are told as unchanged",
  },
  {
    name: "claims-taken-in-a-race",
    about: "a claim is taken if none was there a moment before",
    file: "services/applier/src/claims/claims.ts",
    find: "        await bucket.createNew(key, mine, signal);\n",
    replace: `        if ((await bucket.get(key, signal)) !== undefined) throw new BusConflict("it is claimed");
        await bucket.put(key, mine, signal);\n`,
    invariant: "version.stable",
    how: "two applications of one cluster have the same object in one commit, and are looked at in the same moment: both have it; the look at what is live, right before the write, leaves a round trip",
  },
  {
    name: "pending-claim-is-open",
    about: "a claim may be taken by another until its object is written, and while it is deleted",
    file: "services/applier/src/core/standing-of-claim.ts",
    find: `claim.state === ClaimState.RELEASED ? "open" : "others"`,
    replace: `claim.state === ClaimState.HELD ? "others" : "open"`,
    invariant: "version.stable",
    how: "two applications of one cluster have the same object in one commit; or one takes it up while another's prune of it is under way",
  },
  {
    name: "anchor-passes-an-open-intent",
    about: "an anchor names the newest ledger entry, whatever is open before it",
    file: "services/applier/src/cluster/anchors.ts",
    find: "const head = chain.settled;",
    replace: "const head = chain.head;",
    invariant: "write.audit",
    how: "an applier is killed in the midst of a plan after the anchor was written for another unit of that cluster: the successor reads on from there and closes nothing",
  },
  {
    name: "anchor-written-once",
    about: "an anchor is written when a cluster is taken over, and not after what is applied since",
    file: "services/applier/src/cluster/anchors.ts",
    find: "    anchor = next;\n    dirty = true;\n",
    replace: "    anchor = next;\n",
    invariant: "version.above-anchors",
    how: "some commits are applied within one term, then the bus is wiped: numbers go on above what the anchor knew, which is below what was given",
  },
];
