import { isMap, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { fieldsOf, structsOf, textOf } from "@evenkeel/embedded-cluster/internals/kinds/validation/read-value";
import type { Outcome } from "./answer-locally.ts";
import type { RealAnswer } from "./ask-real-server.fixture.ts";

const handled = / cannot be handled as an? \w+: (.*)$/s;

const rest = (body: ValueMap): ValueMap => {
  const { metadata: _, ...others } = body;
  return others;
};

/** A real server's answer in the form in which outcomes are compared. */
export const realOutcome = ({ status, body, warnings }: RealAnswer, withGeneration = false): Outcome => {
  if (status < 300) {
    const object: Value = withGeneration
      ? { ...rest(body), generation: fieldsOf(body["metadata"])["generation"] ?? 0 }
      : rest(body);
    return { kind: "made", object, warnings: warnings.toSorted() };
  }
  const details = isMap(body["details"]) ? body["details"] : {};
  const causes = structsOf(details["causes"]).map(
    (cause) => `${textOf(cause["field"])}|${textOf(cause["reason"])}|${textOf(cause["message"])}`,
  );
  const message = textOf(body["message"]);
  return {
    kind: "refused",
    status,
    causes: causes.length > 0 ? causes.toSorted() : [handled.exec(message)?.[1] ?? message],
  };
};
