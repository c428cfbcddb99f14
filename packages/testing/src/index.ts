export { type Authority, makeAuthority } from "./control-plane/certificates.ts";
export { controlPlaneAvailable, sharedControlPlane } from "./control-plane/shared-control-plane.ts";
export { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane/start-control-plane.ts";
export { type HttpProxy, type OwnWords, startHttpProxy, type Words } from "./control-plane/start-http-proxy.ts";
export { mutatingPolicy, type MutatingPolicyOptions } from "./control-plane/mutating-policy.ts";
export { startReplaceable, type ReplaceableCluster } from "./control-plane/start-replaceable.ts";
export { countOperations } from "./count-operations.ts";
export { freePort } from "@evenkeel/programs";
export { eventually, type EventuallyOptions } from "./eventually.ts";
export { type NatsOptions, startNats, type TestNats } from "./start-nats.ts";
export { startNatsCluster, testReplicas, type TestNatsCluster } from "./start-nats-cluster.ts";
export { onOneAndThreeServers } from "./projects.ts";
export { startTcpProxy, type TcpProxy } from "./start-tcp-proxy.ts";
export { temporaryFolder, type TemporaryFolder } from "./temporary-folder.ts";
export {
  type FileChange,
  type FileChanges,
  makeRepository,
  type PushOptions,
  type TestRepository,
} from "./git/make-repository.ts";
export { runGit } from "./git/run-git.ts";
export {
  type GitFault,
  type GitRequest,
  type GitServer,
  type GitServerOptions,
  startGitServer,
} from "./git/start-git-server.ts";
export { type OtlpRecorder, type RecordedSpan, startOtlpRecorder } from "./otlp/start-otlp-recorder.ts";
export { mergeKubeconfigs } from "./control-plane/kubeconfig.ts";
