import type { ValueMap } from "../json.ts";
import { builtinKinds } from "../schema/builtin-table.ts";
import { readMessage } from "./read-message.ts";
import { bytesOf, ProtobufUnreadable, textOf, wireFields } from "./wire.ts";

/** What a body is where its envelope does not say. */
export interface ExpectedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0x00); // k8s\0

/** Bodies that are no resource; every group has its own name for the options of a delete. */
const BODY_TYPES: Readonly<Record<string, string>> = {
  "autoscaling/v1/Scale": "io.k8s.api.autoscaling.v1.Scale",
  "policy/v1/Eviction": "io.k8s.api.policy.v1.Eviction",
};
const DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

const typesByKind = new Map(
  builtinKinds.map(({ group, kind, type, version }) => [
    group === "" ? `${version}/${kind}` : `${group}/${version}/${kind}`,
    type,
  ]),
);

const typeOf = ({ apiVersion, kind }: ExpectedKind): string | undefined =>
  kind === "DeleteOptions"
    ? DELETE_OPTIONS
    : (typesByKind.get(`${apiVersion}/${kind}`) ?? BODY_TYPES[`${apiVersion}/${kind}`]);

/** An object as clients send it: its kind beside its message. */
export interface Envelope extends ExpectedKind {
  readonly raw: Uint8Array;
}

/** Message runtime.Unknown: what kind it is, and the message of that kind. */
const readEnvelope = (bytes: Uint8Array): Envelope => {
  let [apiVersion, kind] = ["", ""];
  let raw: Uint8Array = new Uint8Array();
  for (const field of wireFields(bytes)) {
    if (field.number === 2) raw = bytesOf(field);
    if (field.number !== 1) continue;
    for (const part of wireFields(bytesOf(field))) {
      if (part.number === 1) apiVersion = textOf(bytesOf(part));
      else if (part.number === 2) kind = textOf(bytesOf(part));
    }
  }
  return { apiVersion, kind, raw };
};

const PREFIX = `expected prefix [${MAGIC.join(" ")}]`;

/** What kind of object a body in `application/vnd.kubernetes.protobuf` is, and its message. Throws ProtobufUnreadable. */
export const openEnvelope = (body: Uint8Array, expected: ExpectedKind): Envelope => {
  if (body.length === 0) throw new ProtobufUnreadable("empty data");
  if (!MAGIC.every((byte, at) => body[at] === byte)) {
    throw new ProtobufUnreadable(`provided data does not appear to be a protobuf message, ${PREFIX}`);
  }
  const { apiVersion, kind, raw } = readEnvelope(body.subarray(MAGIC.length));
  return {
    apiVersion: apiVersion === "" ? expected.apiVersion : apiVersion,
    kind: kind === "" ? expected.kind : kind,
    raw,
  };
};

/**
 * The JSON form of an opened body, as it came: no defaults, zero values still in it. Of a kind that is not built in it has the
 * type alone. Throws ProtobufUnreadable.
 */
export const decodeEnvelope = ({ apiVersion, kind, raw }: Envelope): ValueMap => {
  const type = typeOf({ apiVersion, kind });
  return { ...(type === undefined ? {} : readMessage(type, raw)), apiVersion, kind };
};
