import type { Call } from "../server/cluster-state.ts";
import { type ApiRefusal, badRequest, tooLarge } from "../server/status.ts";
import { apiVersionOf } from "../server/versions.ts";
import { writeJson } from "../store/write-json.ts";
import { decodeEnvelope, type Envelope, type ExpectedKind, openEnvelope } from "./decode-protobuf.ts";
import { ProtobufUnreadable } from "./wire.ts";

const MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
const MAX_BODY = 3 * 1024 * 1024;
const SUMMARY = 30;

const mediaTypeOf = (call: Call): string =>
  call.request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";

/** Only what is built in has field numbers: of custom resources that is their Scale and the options of a delete. */
const isReadable = (call: Call, verb: string): boolean =>
  verb !== "patch" &&
  (verb.startsWith("delete") || call.subresource === "scale" || !call.cluster.catalogue.isCustom(call.kind));

const expectedIn = (call: Call, verb: string): ExpectedKind => {
  if (verb.startsWith("delete")) return { apiVersion: "v1", kind: "DeleteOptions" };
  if (call.subresource === "scale") return { apiVersion: "autoscaling/v1", kind: "Scale" };
  return { apiVersion: apiVersionOf(call.kind.group, call.kind.version), kind: call.kind.kind };
};

const summary = (body: Uint8Array): string => {
  if (body.length === 0) return "<empty>";
  const head = Buffer.from(body.subarray(0, SUMMARY)).toString("hex");
  return body.length > SUMMARY ? `${head} ...` : head;
};

/** Runs a step of decoding; what it cannot read becomes the server's 400. */
const orRefuse = <T>(step: () => T, refuse: (why: string) => ApiRefusal): T => {
  try {
    return step();
  } catch (error) {
    if (error instanceof ProtobufUnreadable) throw refuse(error.message);
    throw error;
  }
};

const notHandled = ({ apiVersion, kind }: Envelope, expected: ExpectedKind, why: string): ApiRefusal => {
  const version = JSON.stringify(apiVersion.slice(apiVersion.indexOf("/") + 1));
  return badRequest(`${kind} in version ${version} cannot be handled as a ${expected.kind}: ${why}`);
};

/**
 * The call with its body in JSON, where it came as protocol buffers, so that all else need know only JSON; any other call as it
 * is, and one whose body cannot be read so with its 415 still to come. Throws the server's 400 and 413.
 */
export const readableCall = (call: Call, verb: string): Call => {
  if (mediaTypeOf(call) !== MEDIA_TYPE || !isReadable(call, verb)) return call;
  const { body, headers } = call.request;
  const isDelete = verb.startsWith("delete");
  if (isDelete && body.length === 0) return call;
  if (body.length > MAX_BODY) throw tooLarge(`limit is ${MAX_BODY}`);
  const expected = expectedIn(call, verb);
  const envelope = orRefuse(
    () => openEnvelope(body, expected),
    (why) =>
      badRequest(
        isDelete
          ? why
          : `the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summary(body)})`,
      ),
  );
  const document = orRefuse(
    () => decodeEnvelope(envelope),
    (why) => notHandled(envelope, expected, why),
  );
  const json = Buffer.from(writeJson(document));
  return {
    ...call,
    request: { ...call.request, headers: { ...headers, "content-type": "application/json" }, body: json },
  };
};
