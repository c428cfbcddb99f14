import { create, toBinary } from "@bufbuild/protobuf";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { FieldDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

import { descriptorSet } from "./gen/descriptor-set.ts";

// Beside our own files, reflection describes what every gRPC server has: the health service, and the details of errors.
// Their published packages carry no descriptors, so the messages that a server of ours sends are written down here.

type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;

const text = (name: string, number: number): Field => ({
  name,
  number,
  type: Type.STRING,
  label: Label.OPTIONAL,
  jsonName: name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
});
const list = (name: string, number: number, typeName: string): Field => ({
  ...text(name, number),
  type: Type.MESSAGE,
  label: Label.REPEATED,
  typeName,
});

const health = {
  name: "grpc/health/v1/health.proto",
  package: "grpc.health.v1",
  syntax: "proto3",
  messageType: [
    { name: "HealthCheckRequest", field: [text("service", 1)] },
    {
      name: "HealthCheckResponse",
      field: [{ ...text("status", 1), type: Type.ENUM, typeName: ".grpc.health.v1.HealthCheckResponse.ServingStatus" }],
      enumType: [
        {
          name: "ServingStatus",
          value: ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"].map((name, number) => ({ name, number })),
        },
      ],
    },
  ],
  service: [
    {
      name: "Health",
      method: [
        { name: "Check", serverStreaming: false },
        { name: "Watch", serverStreaming: true },
      ].map((method) => ({
        ...method,
        inputType: ".grpc.health.v1.HealthCheckRequest",
        outputType: ".grpc.health.v1.HealthCheckResponse",
      })),
    },
  ],
};

const entry = {
  name: "MetadataEntry",
  field: [text("key", 1), text("value", 2)],
  options: { mapEntry: true },
};
const errorDetails = {
  name: "google/rpc/error_details.proto",
  package: "google.rpc",
  syntax: "proto3",
  messageType: [
    {
      name: "ErrorInfo",
      field: [text("reason", 1), text("domain", 2), list("metadata", 3, ".google.rpc.ErrorInfo.MetadataEntry")],
      nestedType: [entry],
    },
    {
      name: "BadRequest",
      field: [list("field_violations", 1, ".google.rpc.BadRequest.FieldViolation")],
      nestedType: [{ name: "FieldViolation", field: [text("field", 1), text("description", 2)] }],
    },
    {
      name: "ResourceInfo",
      field: [text("resource_type", 1), text("resource_name", 2), text("owner", 3), text("description", 4)],
    },
  ],
};

/** FileDescriptorSet of every file that reflection serves; sets are joined by putting their bytes together. */
export const reflectedFiles = (): Uint8Array =>
  Buffer.concat([
    descriptorSet,
    toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [health, errorDetails] })),
  ]);
