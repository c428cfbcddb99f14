import { execFile, execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { listContexts } from "@evenkeel/kube";
import { temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startControllers } from "../controllers/start-controllers.ts";
import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { listenTls } from "./listen-tls.ts";

const run = promisify(execFile);
const isThere = (() => {
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "web:1" }] }
`;

describe("the kubeconfig of a front", () => {
  test("has a context for each cluster, the first is current", async () => {
    await using staging = createEmbeddedCluster({ name: "staging" });
    await using prod = createEmbeddedCluster({ name: "prod" });
    await using front = await listenTls([staging, prod], {});
    expect(listContexts(front.kubeconfig())).toEqual({ current: "staging", names: ["staging", "prod"] });
  });
});

// kubectl is not among the programs that npm test gets: where it is not on the PATH this is not even a test.
const withKubectl = isThere ? describe : () => undefined;

withKubectl("kubectl", () => {
  test("works on several clusters of one front: apply, rollout, get, scale, patch, delete", async () => {
    await using folder = await temporaryFolder();
    await using staging = createEmbeddedCluster({ name: "staging" });
    await using prod = createEmbeddedCluster({ name: "prod" });
    await using _controllers = startControllers(staging, { paceMs: 50 });
    await using front = await listenTls([staging, prod], { folder: folder.path });
    const file = join(folder.path, "web.yaml");
    await writeFile(file, MANIFEST);
    const kubectl = async (...args: readonly string[]): Promise<string> => {
      const env = { PATH: process.env["PATH"] ?? "", HOME: folder.path, KUBECONFIG: front.kubeconfigPath ?? "" };
      const { stdout } = await run("kubectl", args, { env, timeout: 60_000 });
      return stdout.trim();
    };
    expect(await kubectl("apply", "--server-side", "-f", file)).toBe("deployment.apps/web serverside-applied");
    expect(await kubectl("rollout", "status", "deployment/web", "--timeout=30s")).toContain("successfully rolled out");
    expect(await kubectl("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.phase}")).toBe(
      "Running Running",
    );
    expect(await kubectl("get", "deployments")).toMatch(/^NAME\s.*\nweb\s/);
    expect(await kubectl("scale", "deployment/web", "--replicas=1")).toBe("deployment.apps/web scaled");
    expect(await kubectl("apply", "-f", file)).toContain("deployment.apps/web");
    expect(await kubectl("label", "deployment/web", "tier=front")).toBe("deployment.apps/web labeled");
    expect(await kubectl("--context", "prod", "get", "deployments", "-o", "name")).toBe("");
    expect(await kubectl("delete", "deployment/web", "--cascade=foreground", "--timeout=30s")).toContain("deleted");
    expect(await kubectl("get", "pods", "-o", "name")).toBe("");
  }, 120_000);
});
