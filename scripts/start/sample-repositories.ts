import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { initBare, initCheckout, openCheckout } from "@evenkeel/git";
import type { Checkout } from "@evenkeel/git";

import { fleetFiles, shopFiles } from "../tour/sample-files.ts";
import type { SampleCluster } from "../tour/sample-files.ts";

const ana = { name: "Ana", email: "ana@example.org" };

/** The sample fleet and the sample application: bare repositories below `<data>/git` and a working copy of each. */
export interface SampleRepositories {
  readonly root: string;
  readonly fleetUrl: string;
  readonly fleet: Checkout;
  readonly shop: Checkout;
}

/**
 * Makes both, or goes on with those of an earlier start: a new history would be a rewritten one, and held. The fleet's
 * declarations are pushed; the application is as it was, or still empty where the tour is to push its first commit.
 */
export const openSampleRepositories = async (
  dataDir: string,
  clusters: readonly SampleCluster[],
  isToured: boolean,
): Promise<SampleRepositories> => {
  const root = join(dataDir, "git");
  const open = async (name: string): Promise<{ readonly url: string; readonly checkout: Checkout }> => {
    const bare = join(root, `${name}.git`);
    const dir = join(root, name);
    const url = pathToFileURL(bare).href;
    if (existsSync(dir)) return { url, checkout: await openCheckout(dir, ana) };
    await initBare(bare, "main");
    return { url, checkout: await initCheckout(dir, { branch: "main", origin: bare, committer: ana }) };
  };
  const [fleet, shop] = [await open("fleet"), await open("shop")];
  await fleet.checkout.commitFiles(fleetFiles(shop, clusters), "declare the shop");
  await fleet.checkout.push("main");
  if (!isToured && (await shop.checkout.remoteTip("main")) === undefined) {
    await shop.checkout.commitFiles(shopFiles, "first release");
    await shop.checkout.push("main");
  }
  return { root, fleetUrl: fleet.url, fleet: fleet.checkout, shop: shop.checkout };
};
