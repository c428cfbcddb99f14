import type { Release } from "./ways/release-archive.ts";

// A pin is copied, never computed from a download or guessed. Each names where its project publishes it;
// the checksum was read there or, where several unrelated projects pin the same value, from those.
const KUBEBUILDER = "https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v1.36.2";
const KUSTOMIZE = "https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv5.8.1";
const NATS = "https://github.com/nats-io/nats-server/releases/download/v2.15.0";

/** Published in nats-io/nats-docker, 2.15.x/alpine3.22/Dockerfile at 629985321b0b. */
export const natsRelease: Release = {
  name: "nats-server 2.15.0",
  algorithm: "sha256",
  archives: {
    "linux-x64": {
      url: `${NATS}/nats-server-v2.15.0-linux-amd64.tar.gz`,
      digest: "5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92",
      member: "nats-server-v2.15.0-linux-amd64/nats-server",
    },
    "linux-arm64": {
      url: `${NATS}/nats-server-v2.15.0-linux-arm64.tar.gz`,
      digest: "cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112",
      member: "nats-server-v2.15.0-linux-arm64/nats-server",
    },
  },
};

/** Published as checksums.txt beside the archives. */
export const kustomizeRelease: Release = {
  name: "kustomize 5.8.1",
  algorithm: "sha256",
  archives: {
    "linux-x64": {
      url: `${KUSTOMIZE}/kustomize_v5.8.1_linux_amd64.tar.gz`,
      digest: "029a7f0f4e1932c52a0476cf02a0fd855c0bb85694b82c338fc648dcb53a819d",
      member: "kustomize",
    },
    "linux-arm64": {
      url: `${KUSTOMIZE}/kustomize_v5.8.1_linux_arm64.tar.gz`,
      digest: "0953ea3e476f66d6ddfcd911d750f5167b9365aa9491b2326398e289fef2c142",
      member: "kustomize",
    },
  },
};

/** Published in the release notes of helm/helm v4.2.1. */
export const helmRelease: Release = {
  name: "helm 4.2.1",
  algorithm: "sha256",
  archives: {
    "linux-x64": {
      url: "https://get.helm.sh/helm-v4.2.1-linux-amd64.tar.gz",
      digest: "479dca836e5b45e8bd222400c5591b0e3a647378f03ff96597180db97c17fdae",
      member: "linux-amd64/helm",
    },
    "linux-arm64": {
      url: "https://get.helm.sh/helm-v4.2.1-linux-arm64.tar.gz",
      digest: "596b9a73d366c1e72ce67d595c22805480e30914593aafbc9f547694e72814db",
      member: "linux-arm64/helm",
    },
  },
};

/** Published in kubernetes-sigs/controller-tools, envtest-releases.yaml: etcd and kube-apiserver, no controller manager. */
export const envtestRelease = (program: "etcd" | "kube-apiserver"): Release => ({
  name: "envtest 1.36.2",
  algorithm: "sha512",
  archives: {
    "linux-x64": {
      url: `${KUBEBUILDER}/envtest-v1.36.2-linux-amd64.tar.gz`,
      digest:
        "ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08",
      member: `controller-tools/envtest/${program}`,
    },
    "linux-arm64": {
      url: `${KUBEBUILDER}/envtest-v1.36.2-linux-arm64.tar.gz`,
      digest:
        "2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac",
      member: `controller-tools/envtest/${program}`,
    },
  },
});
