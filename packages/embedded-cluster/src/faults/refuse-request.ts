import type { ApiRequest, PlainAnswer } from "../server/exchange.ts";
import { accessRefusal } from "../server/access.ts";
import { refused } from "../server/plain-answer.ts";
import { conflict, internalError } from "../server/status.ts";
import { factsOf } from "./request-facts.ts";

// Refusals in the words that a server has for this very request.

/** Another write was first. */
export const refuseStale = (request: ApiRequest): PlainAnswer => {
  const { group, name, resource } = factsOf(request);
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return refused(conflict({ group, plural: resource }, name, why));
};

/** Rights that were taken away. */
export const refuseRights = (request: ApiRequest): PlainAnswer => {
  const { user, ...facts } = factsOf(request);
  const path = facts.resource === "" ? { nonResourcePath: request.path.split("?")[0] ?? "" } : {};
  return refused(accessRefusal({ ...facts, ...path, user: { name: user, groups: [] } }));
};

/** A webhook that was given its time, and did not answer. */
export const refuseHanging = (webhook: string, seconds: number): PlainAnswer => {
  const url = `https://${webhook}.default.svc:443/?timeout=${seconds}s`;
  return refused(
    internalError(
      `failed calling webhook ${JSON.stringify(webhook)}: failed to call webhook: Post ${JSON.stringify(url)}: context deadline exceeded`,
    ),
  );
};
