import { StatusServiceDefinition } from "@evenkeel/contracts";
import type { StatusServiceClient, StatusServiceImplementation } from "@evenkeel/contracts";
import { Metadata, ServerError, Status } from "nice-grpc";
import type { CallContext, CallOptions } from "nice-grpc";

import type { ServeQueries } from "./serve-queries.ts";

/** Queries that are asked in the process that answers them: no socket, no deadline, no span. */
export interface QueriesInProcess {
  /** For the service: from then on, until it ends, its queries are asked by `client`. */
  readonly serve: ServeQueries;
  /** Takes and gives what a client of the server does; throws the errors that the server would send. */
  readonly client: StatusServiceClient;
  readonly isServing: () => boolean;
}

/** One message of the contract, completed by what is left out of it. */
interface Message<Partial, Whole> {
  fromPartial(partial: Partial): Whole;
}

interface Method<Asked, Request, Given, Response> {
  readonly requestType: Message<Asked, Request>;
  readonly responseType: Message<Given, Response>;
}

const contextOf = ({ metadata, signal }: CallOptions = {}): CallContext => ({
  metadata: Metadata(metadata),
  peer: "in-process",
  header: Metadata(),
  sendHeader: () => undefined,
  trailer: Metadata(),
  signal: signal ?? new AbortController().signal,
});

const { methods } = StatusServiceDefinition;

export const queriesInProcess = (): QueriesInProcess => {
  let served: StatusServiceImplementation | undefined;
  let isServing = false;

  const queries = (): StatusServiceImplementation => {
    if (served === undefined) throw new ServerError(Status.UNAVAILABLE, "status-api does not run");
    return served;
  };

  const once =
    <Asked, Request, Given, Response>(
      { requestType, responseType }: Method<Asked, Request, Given, Response>,
      ask: (served: StatusServiceImplementation, request: Request, context: CallContext) => Promise<Given>,
    ) =>
    async (request: Asked, options?: CallOptions): Promise<Response> =>
      responseType.fromPartial(await ask(queries(), requestType.fromPartial(request), contextOf(options)));

  return {
    isServing: () => isServing,
    serve: async (_listen, implementation) => {
      served = implementation;
      return {
        address: "in-process",
        serving: (on) => {
          isServing = on;
        },
        [Symbol.asyncDispose]: async () => {
          served = undefined;
          isServing = false;
        },
      };
    },
    client: {
      getUnit: once(methods.getUnit, (to, request, context) => to.getUnit(request, context)),
      listUnits: once(methods.listUnits, (to, request, context) => to.listUnits(request, context)),
      listDrift: once(methods.listDrift, (to, request, context) => to.listDrift(request, context)),
      getHistory: once(methods.getHistory, (to, request, context) => to.getHistory(request, context)),
      getTrace: once(methods.getTrace, (to, request, context) => to.getTrace(request, context)),
      listSources: once(methods.listSources, (to, request, context) => to.listSources(request, context)),
      watchUnits: async function* (request, options) {
        const { requestType, responseType } = methods.watchUnits;
        const events = queries().watchUnits(requestType.fromPartial(request), contextOf(options));
        for await (const event of events) yield responseType.fromPartial(event);
      },
    },
  };
};
