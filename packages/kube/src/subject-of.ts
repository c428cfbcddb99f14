import type { KubeRequest } from "./transport.ts";

/** A call as errors name it. */
export const subjectOf = (request: KubeRequest): string => `${request.method} ${request.path.split("?")[0]}`;
