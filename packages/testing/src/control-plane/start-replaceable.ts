import { cp, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { startTcpProxy } from "../start-tcp-proxy.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type ControlPlane, startControlPlane } from "./start-control-plane.ts";

/** An address behind which one cluster can be replaced by another with the same credentials, as one that is made anew. */
export interface ReplaceableCluster extends AsyncDisposable {
  readonly kubeconfigPath: string;
  readonly former: ControlPlane;
  readonly latter: ControlPlane;
  /** Breaks all connections; the next lead to the other cluster. */
  readonly replace: () => void;
  /** Breaks all connections; the next lead to where they led. */
  readonly cut: () => void;
}

const portOf = ({ server }: ControlPlane): number => Number(new URL(server).port);

/** Starts both clusters, and the address that leads to the first. */
export const startReplaceable = async (): Promise<ReplaceableCluster> => {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryFolder({ inMemory: true }));
  const start = async (folder: string): Promise<ControlPlane> =>
    stack.use(await startControlPlane({ folder, durable: false }));
  const former = await start(join(path, "former"));
  const filter = (source: string): boolean => basename(source) !== "etcd";
  await cp(former.folder, join(path, "latter"), { recursive: true, filter });
  const latter = await start(join(path, "latter"));
  const proxy = stack.use(await startTcpProxy(portOf(former)));
  const kubeconfigPath = join(path, "kubeconfig");
  const text = await readFile(former.kubeconfigPath, "utf8");
  await writeFile(kubeconfigPath, text.replaceAll(former.server, `https://127.0.0.1:${proxy.port}`), { mode: 0o600 });
  const owned = stack.move();
  let led = former;
  const lead = (to: ControlPlane) => (): void => proxy.lead(portOf((led = to)));
  return {
    kubeconfigPath,
    former,
    latter,
    replace: lead(latter),
    cut: () => lead(led)(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
