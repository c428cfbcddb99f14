import { writeJson } from "../store/write-json.ts";
import { type Call, nowOf } from "./cluster-state.ts";
import { decodeBody } from "./decode-body.ts";
import { writeOptions } from "./parameters.ts";
import type { Shown } from "./store-object.ts";

/** POST of a SelfSubjectReview: who the caller is (`kubectl auth whoami`). Nothing of the body counts, nothing is kept. */
export const reviewSelf = (call: Call): Shown => {
  const { apiVersion, kind } = decodeBody(call, writeOptions(call.query, "CreateOptions"));
  const { groups, name } = call.user;
  const metadata = { creationTimestamp: nowOf(call.cluster) };
  const userInfo = { username: name, ...(groups.length === 0 ? {} : { groups: [...groups] }) };
  return { json: writeJson({ kind, apiVersion, metadata, status: { userInfo } }) };
};
