import { join } from "node:path";

import { freePort } from "@evenkeel/programs";

import { type ChildProgram, startChild, waitUntilReady } from "./child-program.ts";
import { urlAnswers } from "./answers.ts";

/** A kube-controller-manager beside a control plane: namespaces finish, garbage is collected, Deployments make ReplicaSets. */
export const startControllerManager = async (
  binary: string,
  folder: string,
  kubeconfigPath: string,
): Promise<ChildProgram> => {
  const port = await freePort();
  const args = [
    `--kubeconfig=${kubeconfigPath}`,
    `--authentication-kubeconfig=${kubeconfigPath}`,
    `--authorization-kubeconfig=${kubeconfigPath}`,
    `--cert-dir=${folder}`,
    `--service-account-private-key-file=${join(folder, "service-account.key")}`,
    `--root-ca-file=${join(folder, "ca.crt")}`,
    "--use-service-account-credentials=false",
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
  ];
  const child = await startChild(binary, args, join(folder, "kube-controller-manager.log"));
  const isReady = () => urlAnswers(`https://127.0.0.1:${port}/healthz`, { rejectUnauthorized: false });
  try {
    await waitUntilReady("kube-controller-manager", child, isReady, 60_000);
    return child;
  } catch (error) {
    await child.end();
    throw error;
  }
};
