import { BusConflict, BusUnavailable } from "../bus-errors.ts";
import { failureOf } from "./explain-failure.ts";

/** Codes of the system: the other side is away, or this machine is short of something for now. */
const passingCodes = new Set([
  "EAGAIN",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "EMFILE",
  "ENETDOWN",
  "ENETUNREACH",
  "ENFILE",
  "ENOMEM",
  "ENOSPC",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/**
 * Whether a failure is about something else than the message: bus, store, API server, Git or machine are away, or somebody
 * wrote in between. Errors of other packages say so themselves by a property `passing`; what wraps one passes as it does.
 */
export const isPassingFault = (error: unknown): boolean => {
  const seen = new Set<unknown>();
  const look = (each: unknown): boolean => {
    if (!(each instanceof Error) || seen.has(each)) return false;
    seen.add(each);
    const { passing, code } = each as { readonly passing?: unknown; readonly code?: unknown };
    if (typeof passing === "boolean") return passing;
    if (each instanceof BusUnavailable || each instanceof BusConflict) return true;
    if (typeof code === "string" && passingCodes.has(code)) return true;
    if (failureOf(each) === "transient") return true;
    if (each instanceof AggregateError && each.errors.some(look)) return true;
    return look(each.cause);
  };
  return look(error);
};
