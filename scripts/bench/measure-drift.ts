import { request } from "node:https";

import { appName, namespaceOf } from "./bench-fleet.ts";
import type { World } from "./bench-world.ts";
import { monotonicMs } from "./observer.ts";

const edit = (world: World, index: number, replicas: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(
      `${world.cluster.server}/apis/apps/v1/namespaces/${namespaceOf(index)}/deployments/${appName(index)}?fieldManager=bench-edit`,
      {
        method: "PATCH",
        ca: world.cluster.caPem,
        headers: { authorization: `Bearer ${world.cluster.token}`, "content-type": "application/merge-patch+json" },
      },
      (response) => {
        response.resume();
        response.on("end", () =>
          response.statusCode === 200 ? resolve(monotonicMs()) : reject(new Error(`edit: ${response.statusCode}`)),
        );
      },
    );
    call.on("error", reject);
    call.end(JSON.stringify({ spec: { replicas } }));
  });

/** Edits random apps once a second as another manager; ms from the acknowledged edit to the corrected object in a watch. */
export const measureDrift = async (
  world: World,
  apps: number,
  count: number,
): Promise<{ readonly times: readonly number[]; readonly missed: number }> => {
  const times: number[] = [];
  let missed = 0;
  for (let round = 0; round < count; round += 1) {
    const index = (round * 7919) % apps;
    const begun = monotonicMs();
    // Registered before the edit: a correction may be seen before the edit's answer is.
    const corrected = world.observer
      .replicas(appName(index), 5, begun, 20_000)
      .then((seen) => world.observer.replicas(appName(index), 0, seen, 20_000));
    const outcome = corrected.then(
      (at) => ({ at }),
      () => undefined,
    );
    const acknowledged = await edit(world, index, 5);
    const seen = await outcome;
    if (seen === undefined) missed += 1;
    else times.push(Math.max(0, seen.at - acknowledged));
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - (monotonicMs() - begun))));
  }
  return { times, missed };
};
