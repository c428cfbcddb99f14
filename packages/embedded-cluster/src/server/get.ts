import type { Call } from "./cluster-state.ts";
import { tooLargeVersion } from "./list.ts";
import { flag } from "./parameters.ts";
import { badRequest, notFound, plainError } from "./status.ts";
import { type Shown, keyOf } from "./store-object.ts";

/** GET of one object. A version that is not there yet is waited for by the real server; here it is refused at once. */
export const getObject = (call: Call): Shown => {
  if (flag(call.query, "export") === true) {
    throw badRequest("the export parameter, deprecated since v1.14, is no longer supported");
  }
  const version = call.query.get("resourceVersion") ?? "";
  if (version !== "" && version !== "0") {
    if (!/^\d+$/.test(version)) {
      const quoted = JSON.stringify(version);
      throw plainError(
        `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
      );
    }
    const current = call.cluster.store.revision();
    if (Number(version) > current) throw tooLargeVersion(Number(version), current);
  }
  const stored = call.cluster.store.get(keyOf(call, call.name));
  if (stored === undefined) throw notFound(call.resource, call.name);
  return stored;
};
