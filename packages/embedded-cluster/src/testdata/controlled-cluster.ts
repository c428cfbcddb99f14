import type { Health } from "@evenkeel/health";
import { healthOf } from "@evenkeel/health";
import { connectOver } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { parseYaml } from "@evenkeel/resource";

import type { ControllerOptions } from "../controllers/start-controllers.ts";
import { startControllers } from "../controllers/start-controllers.ts";
import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { createManualClock } from "../faults/manual-clock.ts";
import { openInProcess } from "../front/open-in-process.ts";
import type { LiveObject } from "../json.ts";

const forever = new AbortController().signal;

/** A cluster with controllers whose time passes when a test says so. */
export const openControlled = async (options: ControllerOptions = {}) => {
  const clock = createManualClock();
  const cluster = createEmbeddedCluster({ clock });
  const controllers = startControllers(cluster, { paceMs: 5_000, ...options });
  const transport = openInProcess(cluster);
  const kube = await connectOver(transport, cluster, forever);
  await controllers.idle();
  const call = async (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown) => {
    const answer = await transport.request(
      {
        method,
        path,
        headers: { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" },
        ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
      },
      forever,
    );
    await controllers.idle();
    return { status: answer.status, body: JSON.parse(answer.body.toString()) as LiveObject };
  };
  return {
    clock,
    cluster,
    controllers,
    kube,
    call,
    /** Applies YAML as a user, and lets the controllers do what they do at once. */
    apply: async (text: string, manager = "tester") => {
      const { documents } = parseYaml(Buffer.from(text), { file: "test", dialect: "api" });
      for (const { value } of documents) {
        await kube.serverSideApply({ object: value as unknown as KubeObject, force: true, dryRun: false, manager }, forever);
      }
      await controllers.idle();
    },
    /** Lets time pass, in steps of a second, with the controllers at work. */
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(1_000, left));
        await controllers.idle();
      }
    },
    get: (path: string): LiveObject | undefined => {
      const [group = "", plural = "", namespace = "", name = ""] = path.split(" ");
      return cluster.store.read({ group: group === "core" ? "" : group, plural, namespace: namespace === "-" ? "" : namespace, name });
    },
    list: (group: string, plural: string, namespace?: string): readonly LiveObject[] =>
      cluster.store.list(group, plural, namespace).map(({ json }) => JSON.parse(json) as LiveObject),
    healthOf: (object: LiveObject | undefined): Health => healthOf(object as unknown as KubeObject, clock.now()),
    [Symbol.asyncDispose]: async () => {
      await controllers[Symbol.asyncDispose]();
      await kube[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
};

export type Controlled = Awaited<ReturnType<typeof openControlled>>;
