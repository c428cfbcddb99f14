import { createObject } from "./create.ts";
import type { Call } from "./cluster-state.ts";
import { deleteCollection } from "./delete-collection.ts";
import { deleteObject } from "./delete.ts";
import type { ApiAnswer } from "./exchange.ts";
import { getObject } from "./get.ts";
import { listObjects } from "./list.ts";
import { type Representation, representationFor } from "./media-types.ts";
import { patchObject } from "./patch.ts";
import { plain } from "./plain-answer.ts";
import { presentObject } from "./present.ts";
import { getScale, patchScale, replaceScale } from "./scale.ts";
import { replaceObject } from "./update.ts";
import { watchObjects } from "./watch.ts";

const answer = (call: Call, status: number, json: string): ApiAnswer => plain(status, json, call.warnings);

const written = (call: Call, as: Representation, { created, shown }: ReturnType<typeof replaceObject>): ApiAnswer =>
  answer(call, created ? 201 : 200, presentObject(call, shown.json, as));

const deleted = (call: Call, as: Representation): ApiAnswer => {
  const { body, code } = deleteObject(call);
  return answer(call, code, body.kind === "status" ? body.json : presentObject(call, body.json, as));
};

const handleScale = (call: Call, verb: string): ApiAnswer => {
  switch (verb) {
    case "get":
      return answer(call, 200, getScale(call).json);
    case "update":
      return answer(call, 200, replaceScale(call).json);
    default:
      return answer(call, 200, patchScale(call).json);
  }
};

/** Carries out a verb on a resource. Throws ApiRefusal. */
export const handleResource = (call: Call, verb: string): ApiAnswer => {
  const as = representationFor(call.request.headers["accept"]);
  if (call.subresource === "scale") return handleScale(call, verb);
  switch (verb) {
    case "get":
      return answer(call, 200, presentObject(call, getObject(call).json, as));
    case "list":
      return answer(call, 200, listObjects(call, as));
    case "watch":
      return watchObjects(call, as);
    case "create":
      return answer(call, 201, presentObject(call, createObject(call).json, as));
    case "update":
      return written(call, as, replaceObject(call));
    case "patch":
      return written(call, as, patchObject(call));
    case "delete":
      return deleted(call, as);
    case "deletecollection":
      return answer(call, 200, deleteCollection(call, as));
    default:
      throw new RangeError(`verb ${verb}`);
  }
};
