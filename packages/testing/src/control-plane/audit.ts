import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", userGroups: ["system:apiservers"] },
    { level: "None", users: ["system:apiserver", "system:anonymous"] },
    { level: "Metadata", verbs: ["create", "update", "patch", "delete", "deletecollection"] },
  ],
};

/** Flags that make the API server write one JSON line for each write by anyone but itself. */
export const auditArgs = async (folder: string, log: string): Promise<readonly string[]> => {
  const policy = join(folder, "audit-policy.json");
  await writeFile(policy, JSON.stringify(POLICY));
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`, "--audit-log-mode=blocking"];
};
