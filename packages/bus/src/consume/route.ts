import type { Flow } from "@evenkeel/contracts";

import type { Handler, Route } from "../port.ts";

/** One message type of a consumer; the default mailbox key is the fact's own subject tokens. */
export const route = <T>(
  flow: Flow<T>,
  handle: Handler<T>,
  key?: (fact: T) => string,
  share?: (fact: T) => string,
): Route => ({
  type: flow.type,
  decode: (body) => flow.codec.decode(body),
  key: key ?? ((fact: T) => Object.values(flow.tokens(fact)).join("/")),
  share,
  handle: handle as Route["handle"],
});
