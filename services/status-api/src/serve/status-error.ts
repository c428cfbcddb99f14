import type { UnitStatus } from "@evenkeel/contracts";
import { Status } from "nice-grpc";
import { BadRequest, ErrorInfo, ResourceInfo, RichServerError } from "nice-grpc-error-details";

import { unknownName } from "../core/known-names.ts";
import type { KnownNames } from "../core/known-names.ts";
import { PageTokenInvalid } from "../core/page.ts";

/** Clusters of one application that are named. */
const NAMED = 5;

const info = (reason: string, metadata: Record<string, string> = {}): ErrorInfo =>
  ErrorInfo.fromPartial({ reason, domain: "evenkeel.dev", metadata });

/** The thing asked for is not there, or not for this caller: both look the same. */
export const notFound = (resourceType: string, resourceName: string): RichServerError =>
  new RichServerError(Status.NOT_FOUND, `${resourceType} ${resourceName} not found`, [
    info("NOT_FOUND", { resourceType, resourceName }),
    ResourceInfo.fromPartial({ resourceType, resourceName, description: "absent, or not for you to see" }),
  ]);

/** The unit asked for is not there, but its application is declared: says where it runs, or why on no cluster. */
export const notOnCluster = (resourceName: string, app: string, units: readonly UnitStatus[]): RichServerError => {
  const clusters = units.map(({ unit }) => unit?.cluster ?? "").filter((cluster) => cluster !== "");
  const { message = "", remedy = "" } = units.find(({ unit }) => unit?.cluster === "")?.reason ?? {};
  if (clusters.length === 0 && message === "") return notFound("Unit", resourceName);
  const named = `${clusters.slice(0, NAMED).join(", ")}${clusters.length > NAMED ? ` and ${clusters.length - NAMED} more` : ""}`;
  const why = clusters.length > 0 ? `${app} runs on ${named}` : `${app} runs on no cluster: ${message}; ${remedy}`;
  return undeclared("Unit", resourceName, `Unit ${resourceName} not found; ${why}`);
};

const undeclared = (resourceType: string, resourceName: string, message: string): RichServerError =>
  new RichServerError(Status.NOT_FOUND, message, [
    info("NOT_FOUND", { resourceType, resourceName }),
    ResourceInfo.fromPartial({ resourceType, resourceName, description: message }),
  ]);

/** Refuses names of clusters and applications that are neither declared nor known, and says which are. */
export const requireKnown = (
  { names }: { readonly names: () => KnownNames },
  { app, cluster }: { readonly app: string; readonly cluster: string },
): void => {
  if (app === "" && cluster === "") return;
  const known = names();
  const [ofCluster, ofApp] = [unknownName("cluster", cluster, known), unknownName("app", app, known)];
  if (ofCluster !== undefined) throw undeclared("Cluster", cluster, ofCluster);
  if (ofApp !== undefined) throw undeclared("Application", app, ofApp);
};

/** A field of the request cannot be used. */
export const badRequest = (field: string, description: string, reason = "INVALID_REQUEST"): RichServerError =>
  new RichServerError(Status.INVALID_ARGUMENT, `${field}: ${description}`, [
    info(reason, { field }),
    BadRequest.fromPartial({ fieldViolations: [{ field, description }] }),
  ]);

/** This caller, or all callers together, take too much. */
export const exhausted = (reason: string, message: string): RichServerError =>
  new RichServerError(Status.RESOURCE_EXHAUSTED, message, [info(reason)]);

/** What has to be read for an answer cannot be read now. */
export const unavailable = (reason: string, message: string): RichServerError =>
  new RichServerError(Status.FAILED_PRECONDITION, message, [info(reason)]);

/** Refuses requests whose names are missing. */
export const requireName = (field: string, value: string): void => {
  if (value === "") throw badRequest(field, "must be given");
};

/** Runs a listing; a token that is not one of ours is the caller's fault. */
export const withPageErrors = <T>(list: () => T): T => {
  try {
    return list();
  } catch (error) {
    if (error instanceof PageTokenInvalid) throw badRequest("page_token", error.message, "PAGE_TOKEN_INVALID");
    throw error;
  }
};
