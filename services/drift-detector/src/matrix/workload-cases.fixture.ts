// For tests only.
import { APP_LABEL, FIELD_MANAGER } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import { adding, setting } from "./change.fixture.ts";
import { configMap, deployment } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

const POD = ["spec", "template", "spec"] as const;
const WEB = [...POD, "containers", 0] as const;
const unchanged = <T>(object: T): T => object;

/** An apply of another manager does not carry our label and annotations. */
const withoutOurMetadata = ({ metadata: { name, namespace }, ...rest }: KubeObject): KubeObject =>
  ({
    ...rest,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  }) as KubeObject;

/** D01 to D17: who edits, and how managedFields tell it. */
export const workloadCases: readonly DriftCase[] = [
  {
    id: "D01",
    title: "another manager PUTs the identical object",
    manifest: deployment("d01"),
    edit: (e) => e.put(unchanged),
    expected: "IN_SYNC",
  },
  {
    id: "D02",
    title: "image edited by PUT",
    manifest: deployment("d02"),
    edit: (e) => e.put(setting([...WEB, "image"], "web:2"), { manager: "kubectl-edit" }),
    expected: "DRIFT",
    paths: ["spec.template.spec.containers[name=web].image"],
    managers: ["kubectl-edit"],
  },
  {
    id: "D03a",
    title: "label added by another",
    manifest: deployment("d03a"),
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D03b",
    title: "env var added by another",
    manifest: deployment("d03b"),
    edit: (e) => e.put(adding([...WEB, "env"], { name: "B", value: "2" })),
    expected: "IN_SYNC",
  },
  {
    id: "D04",
    title: "our label removed",
    manifest: deployment("d04"),
    edit: (e) => e.merge({ metadata: { labels: { [APP_LABEL]: null } } }),
    expected: "DRIFT",
    paths: [`metadata.labels["${APP_LABEL}"]`],
  },
  {
    id: "D05a",
    title: "owned env var changed",
    manifest: deployment("d05a"),
    edit: (e) => e.put(setting([...WEB, "env", 0, "value"], "2")),
    expected: "DRIFT",
    paths: ["spec.template.spec.containers[name=web].env[name=A].value"],
  },
  {
    id: "D05b",
    title: "owned env var removed",
    manifest: deployment("d05b"),
    edit: (e) => e.put(setting([...WEB, "env"], [])),
    expected: "DRIFT",
  },
  {
    id: "D06",
    title: "defaulted field overridden",
    manifest: deployment("d06"),
    edit: (e) => e.put(setting([...WEB, "imagePullPolicy"], "Always")),
    expected: "IN_SYNC",
  },
  {
    id: "D07",
    title: "/scale with replicas owned",
    manifest: deployment("d07"),
    edit: (e) => e.merge({ spec: { replicas: 5 } }, { subresource: "scale" }),
    expected: "DRIFT",
    paths: ["spec.replicas"],
  },
  {
    id: "D08",
    title: "/scale with replicas not owned",
    manifest: setting(["spec", "replicas"], undefined)(deployment("d08")),
    edit: (e) => e.merge({ spec: { replicas: 5 } }, { subresource: "scale" }),
    expected: "IN_SYNC",
  },
  {
    id: "D09",
    title: "another server-side apply with the same value",
    manifest: configMap("d09"),
    edit: (e) => e.apply(withoutOurMetadata(e.manifest), { manager: "other" }),
    expected: "IN_SYNC",
  },
  {
    id: "D10",
    title: "another server-side apply with force and another value",
    manifest: configMap("d10"),
    edit: (e) =>
      e.apply(setting(["data", "key"], "2")(withoutOurMetadata(e.manifest)), { manager: "other", force: true }),
    expected: "DRIFT",
    managers: ["other"],
  },
  {
    id: "D11",
    title: "value changed and restored by another",
    manifest: configMap("d11"),
    edit: async (e) => {
      await e.put(setting(["data", "key"], "2"));
      await e.put(setting(["data", "key"], "1"));
    },
    expected: "OWN",
  },
  {
    id: "D12",
    title: "server-side apply under our manager name",
    manifest: configMap("d12"),
    edit: (e) => e.apply(setting(["data", "key"], "2")(e.manifest), { manager: FIELD_MANAGER, force: true }),
    expected: "DRIFT",
  },
  {
    id: "D13",
    title: "Update operation under our manager name",
    manifest: configMap("d13"),
    edit: (e) => e.put(setting(["data", "key"], "2"), { manager: FIELD_MANAGER }),
    expected: "DRIFT",
    managers: [FIELD_MANAGER],
  },
  {
    id: "D14",
    title: "managedFields reset only",
    manifest: configMap("d14"),
    edit: (e) => e.merge({ metadata: { managedFields: [{}] } }),
    expected: "OWN",
  },
  {
    id: "D15",
    title: "managedFields reset and value changed",
    manifest: configMap("d15"),
    edit: async (e) => {
      await e.merge({ data: { key: "2" } });
      await e.merge({ metadata: { managedFields: [{}] } });
    },
    expected: "DRIFT",
  },
  {
    id: "D16",
    title: "value changed, managedFields forged back",
    manifest: configMap("d16"),
    edit: async (e) => {
      const before = await e.read();
      await e.put(setting(["data", "key"], "2"));
      await e.put(setting(["metadata", "managedFields"], before.metadata.managedFields as never));
    },
    expected: "DRIFT",
    paths: ["data.key"],
  },
  {
    id: "D17",
    title: "cpu 1000m and memory 1024Mi in the manifest, touched by another",
    manifest: deployment("d17", {
      container: { resources: { requests: { cpu: "1000m", memory: "1024Mi" }, limits: { memory: "2000M" } } },
    }),
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
];
