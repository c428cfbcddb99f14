import { request } from "node:https";

import type { ControlPlane } from "@evenkeel/testing";

const metrics = (cluster: ControlPlane): Promise<string> =>
  new Promise((resolve, reject) => {
    const call = request(
      `${cluster.server}/metrics`,
      { ca: cluster.caPem, headers: { authorization: `Bearer ${cluster.token}` } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(text));
      },
    );
    call.on("error", reject);
    call.end();
  });

/** Requests the API server has answered so far, by verb; dry-runs apart. Its own and the observer's watches are among them. */
export const apiRequests = async (cluster: ControlPlane): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {};
  for (const line of (await metrics(cluster)).split("\n")) {
    const match = /^apiserver_request_total\{(.*)\} (\S+)$/.exec(line);
    if (match === null) continue;
    const labels = match[1] ?? "";
    const verb = /verb="([^"]*)"/.exec(labels)?.[1] ?? "";
    const name = /dry_run="All"/.test(labels) ? `${verb} dry-run` : verb;
    counts[name] = (counts[name] ?? 0) + Number(match[2]);
  }
  return counts;
};
