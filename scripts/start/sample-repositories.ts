import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { initBare, initCheckout } from "@evenkeel/git";
import type { Checkout } from "@evenkeel/git";

import { fleetFiles } from "../tour/sample-files.ts";

const ana = { name: "Ana", email: "ana@example.org" };

/** The sample fleet and the sample application: bare repositories below `<data>/git` and a working copy of each. */
export interface SampleRepositories {
  readonly root: string;
  readonly fleetUrl: string;
  readonly fleet: Checkout;
  readonly shop: Checkout;
}

/** Makes both anew, with the fleet's declarations pushed and the application still empty. */
export const makeSampleRepositories = async (dataDir: string, context: string): Promise<SampleRepositories> => {
  const root = join(dataDir, "git");
  if (existsSync(root)) await rm(root, { recursive: true });
  const make = async (name: string): Promise<{ readonly url: string; readonly checkout: Checkout }> => {
    const bare = join(root, `${name}.git`);
    await initBare(bare, "main");
    return {
      url: pathToFileURL(bare).href,
      checkout: await initCheckout(join(root, name), { branch: "main", origin: bare, committer: ana }),
    };
  };
  const [fleet, shop] = [await make("fleet"), await make("shop")];
  await fleet.checkout.commitFiles(fleetFiles(shop, context), "declare the shop");
  await fleet.checkout.push("main");
  return { root, fleetUrl: fleet.url, fleet: fleet.checkout, shop: shop.checkout };
};
