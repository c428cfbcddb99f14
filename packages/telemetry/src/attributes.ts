// Attribute names, copied from OpenTelemetry semantic conventions v1.44.0 (its incubating entry points may change in any
// release) and our own below `evenkeel.`.

/** Names of span attributes. */
export const attribute = {
  repositoryUrl: "vcs.repository.url.full",
  headName: "vcs.ref.head.name",
  headType: "vcs.ref.head.type",
  headRevision: "vcs.ref.head.revision",
  messagingSystem: "messaging.system",
  destinationTemplate: "messaging.destination.template",
  messageId: "messaging.message.id",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  consumerGroup: "messaging.consumer.group.name",
  pipelineName: "cicd.pipeline.name",
  pipelineRunId: "cicd.pipeline.run.id",
  pipelineAction: "cicd.pipeline.action.name",
  pipelineResult: "cicd.pipeline.result",
  taskName: "cicd.pipeline.task.name",
  taskType: "cicd.pipeline.task.type",
  taskRunId: "cicd.pipeline.task.run.id",
  taskResult: "cicd.pipeline.task.run.result",
  clusterName: "k8s.cluster.name",
  rpcSystem: "rpc.system.name",
  rpcMethod: "rpc.method",
  rpcStatusCode: "rpc.response.status_code",
  errorType: "error.type",
  deliveryCount: "evenkeel.bus.delivery_count",
  queueWaitMs: "evenkeel.queue.wait_ms",
  desiredDigest: "evenkeel.desired.digest",
  cache: "evenkeel.cache",
  planCreate: "evenkeel.plan.create",
  planUpdate: "evenkeel.plan.update",
  planDelete: "evenkeel.plan.delete",
} as const;

/** Results of a run, in the words of the conventions. */
export type RunResult = "success" | "failure" | "error" | "timeout" | "cancellation" | "skip";
