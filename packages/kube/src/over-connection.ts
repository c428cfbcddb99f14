import type { Dispatcher } from "undici";

import type { HttpSession } from "./http-session.ts";

/** A connection ended before a request went over it, and the next one leads anywhere: nothing was sent. */
export class ConnectionOver extends Error {
  override readonly name = "ConnectionOver";
}

/** Called right before the bytes of a call go out, also when the pool repeats it by itself. */
const whenSent =
  (onSent: (controller: Dispatcher.DispatchController) => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      start?.(controller, context);
      onSent(controller);
    };
    return dispatch(options, handler);
  };

/** Lets a call pass over this connection alone: a server is made anew only where its connections are. */
export const onlyOver = (session: HttpSession, connection: number) =>
  whenSent((controller) => {
    if (session.connection !== connection) controller.abort(new ConnectionOver("the connection has ended"));
  });

/** Tells which connection a call goes over. */
export const notingConnection = (session: HttpSession, note: (connection: number) => void) =>
  whenSent(() => note(session.connection));
