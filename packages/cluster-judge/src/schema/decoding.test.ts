import { canonicalJson, parseJson } from "@evenkeel/resource";
import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { beforeAll, describe, expect, test } from "vitest";

import { judgedText } from "../differential/not-judged.ts";
import { randomFrom } from "../differential/random.ts";
import { asJson, isMap, type LiveObject, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { DecodeFailed } from "@evenkeel/embedded-cluster/internals/kinds/kind-strategy";
import { type Ask, askServer } from "../managed/ask-server.fixture.ts";
import { builtinModel } from "@evenkeel/embedded-cluster/internals/schema/builtin-model";
import { type BuiltinKind, builtinKinds } from "@evenkeel/embedded-cluster/internals/schema/builtin-table";
import { randomBody } from "./random-body.ts";

const BODIES_OF_A_KIND = 12;
const WILDNESS = [
  { wrong: 0, unknown: 0 },
  { wrong: 0, unknown: 8 },
  { wrong: 2, unknown: 2 },
] as const;

const pathOf = ({ group, version, namespaced, plural }: BuiltinKind): string =>
  `${group === "" ? "/api" : `/apis/${group}`}/${version}${namespaced ? "/namespaces/default" : ""}/${plural}`;

/** A body in the form in which it is sent: members sorted, numbers as JSON has them. */
const asSent = (body: Value): ValueMap => parseJson(canonicalJson(asJson(body))) as ValueMap;

/** What the server says when it cannot read the body strictly; undefined when it can. */
const refusalOf = (kind: BuiltinKind, body: ValueMap): string | undefined => {
  try {
    const { strictErrors } = builtinModel(kind).decode(body);
    if (strictErrors.length === 0) return undefined;
    const why = `strict decoding error: ${strictErrors.join(", ")}`;
    return `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`;
  } catch (error) {
    if (error instanceof DecodeFailed) return error.message;
    throw error;
  }
};

describe.skipIf(!controlPlaneAvailable)(
  "random bodies of every kind on a real API server",
  { timeout: 120_000 },
  () => {
    let ask: Ask;
    beforeAll(async () => {
      ask = askServer(await sharedControlPlane());
    }, 60_000);
    const dryRun = (kind: BuiltinKind, body: Value) =>
      ask("POST", `${pathOf(kind)}?dryRun=All&fieldValidation=Strict`, body);

    test.each(builtinKinds.filter(({ verbs }) => verbs.includes("create")))(
      "$group/$version $kind: the same refusals, and what it emits is emitted again",
      async (kind) => {
        const random = randomFrom(kind.kind.length * 31 + kind.group.length);
        const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
        for (let count = 0; count < BODIES_OF_A_KIND; count += 1) {
          const made = randomBody(random, kind.type, random.pick(WILDNESS));
          const body = asSent({ ...(isMap(made) ? made : {}), apiVersion, kind: kind.kind });
          const { status, body: answer } = await dryRun(kind, body);
          const { message } = answer;
          const unreadable = status === 400 && typeof message === "string" && message.includes("cannot be handled as");
          const why = refusalOf(kind, body);
          expect(unreadable ? judgedText(message) : undefined, canonicalJson(asJson(body))).toBe(
            why === undefined ? undefined : judgedText(why),
          );
          if (status === 201) expect(builtinModel(kind).decode(answer)).toEqual({ object: answer, strictErrors: [] });
        }
      },
    );

    test("the server's own objects are emitted again as they are", async () => {
      for (const kind of builtinKinds) {
        if (!kind.verbs.includes("list")) continue;
        const { body } = await ask("GET", pathOf(kind));
        for (const item of body["items"] as LiveObject[])
          expect(builtinModel(kind).decode(item)).toEqual({ object: item, strictErrors: [] });
      }
    });
  },
);
