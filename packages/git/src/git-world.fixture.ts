// For tests only: a served repository, a checkout that pushes to it, and a store that reads it over HTTP.
import { startGitServer, temporaryFolder } from "@evenkeel/testing";
import type { GitServer, GitServerOptions } from "@evenkeel/testing";

import type { Connections } from "./connections.ts";
import type { Credentials } from "./credentials.ts";
import { initCheckout } from "./open-checkout.ts";
import type { Checkout } from "./open-checkout.ts";
import { parseRepositoryUrl, publicHostsOnly } from "./repository-url.ts";
import type { GitStore, Remote, StoreLimits } from "./port.ts";
import { openStore } from "./store.ts";

export interface ServedWorld extends AsyncDisposable {
  /** Of the store (`store`) and whatever else a test makes. */
  readonly dir: string;
  readonly server: GitServer;
  /** The served repository: its directory and its URL. */
  readonly bare: string;
  readonly url: string;
  readonly checkout: Checkout;
  readonly store: GitStore;
  readonly at: (url: string, credentials?: Credentials) => Remote;
}

export interface ServedOptions extends GitServerOptions {
  readonly limits?: Partial<StoreLimits>;
  readonly connections?: Connections | undefined;
}

export const serveShop = async ({ limits, connections, ...http }: ServedOptions = {}): Promise<ServedWorld> => {
  await using stack = new AsyncDisposableStack();
  const { path: dir } = stack.use(await temporaryFolder());
  const server = stack.use(await startGitServer(http));
  const { path: bare, url } = await server.create("shop");
  const committer = { name: "Ana", email: "ana@example.org" };
  const checkout = await initCheckout(`${dir}/work`, { branch: "main", origin: bare, committer });
  const policy = { ...publicHostsOnly, allowHttpLoopback: true };
  const options = { policy, ...(limits && { limits }), ...(connections && { connections }) };
  const store = stack.use(await openStore(`${dir}/store`, options, AbortSignal.timeout(60_000)));
  const owned = stack.move();
  return {
    dir,
    server,
    bare,
    url,
    checkout,
    store,
    at: (href, credentials = { kind: "none" }) => ({ url: parseRepositoryUrl(href, policy), credentials }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
