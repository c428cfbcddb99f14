/**
 * Thrown by a handler, or by the lines of its answer, in place of an answer: the front breaks the connection off there,
 * and the client cannot tell whether its request was carried out. Only faults throw it.
 */
export class ConnectionBroken extends Error {
  override readonly name = "ConnectionBroken";
  readonly code = "ECONNRESET";
}
