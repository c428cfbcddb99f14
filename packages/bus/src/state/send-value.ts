import { randomName } from "@evenkeel/machine";

import { type BucketRow, bucketPolicies, bucketStream, bucketSubject } from "../topology/buckets.ts";
import { header } from "../wire/headers.ts";
import type { ValueWrite } from "./seal.ts";
import { sendStored } from "../wire/stored-send.ts";
import type { Wire } from "../wire/wire.ts";

/** Marks of what is collected would fill a bucket in their turn. */
const ttlOf = ({ bucket, operation }: ValueWrite): Readonly<Record<string, string>> => {
  const seconds = bucketPolicies.find((row: BucketRow) => row.name === bucket && operation === "DEL") as
    | BucketRow
    | undefined;
  return seconds?.deletedMarkSeconds === undefined ? {} : { [header.ttl]: `${seconds.deletedMarkSeconds}s` };
};

/** Stores one signed value and resolves to its revision. Each write has a message id of its own, so that a lost answer is resolved. */
export const sendValue = async (
  wire: Wire,
  write: ValueWrite,
  options: Parameters<typeof sendStored>[2],
): Promise<number> => {
  const { bucket, key, body, expectLast } = write;
  const sent = await sendStored(
    wire,
    {
      stream: bucketStream(bucket),
      subject: bucketSubject(bucket, key),
      body,
      messageId: randomName(wire.rng),
      headers: { ...wire.seal.headersOf(write), ...ttlOf(write) },
      ...(expectLast === undefined ? {} : { expectLast }),
    },
    options,
  );
  return sent.sequence;
};
