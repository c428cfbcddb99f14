import type { Dispatcher } from "undici";

import type { HttpSession } from "./http-session.ts";
import { ConnectionOver, countVain } from "./session-cluster.ts";

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

/**
 * Sends a call over this connection alone: a server is made anew only where its connections are. A connection that ends
 * before any call has gone over it was asked in vain. Throws ConnectionOver.
 */
export const sendOnlyOver = async <T>(
  session: HttpSession,
  connection: number,
  send: (through: Dispatcher) => Promise<T>,
): Promise<T> => {
  let isOver = false;
  const gate = whenSent((controller) => {
    if (session.connection !== connection) return controller.abort(new ConnectionOver("the connection has ended"));
    if (!isOver) session.letOver += 1;
    isOver = true;
  });
  const leave = (): void => {
    if (isOver) session.letOver -= 1;
  };
  try {
    const answer = await send(session.pool.compose(gate));
    leave();
    session.vain = 0;
    return answer;
  } catch (error) {
    leave();
    if (error instanceof ConnectionOver) countVain(session, connection);
    throw error;
  }
};

/** Tells which connection a call goes over. */
export const notingConnection = (session: HttpSession, note: (connection: number) => void) =>
  whenSent(() => note(session.connection));
