import { canonicalJson } from "@evenkeel/resource";

import type { LiveObject } from "@evenkeel/embedded-cluster/internals/json";
import { asJson } from "@evenkeel/embedded-cluster/internals/json";
import type { Answer, Ask } from "./ask-server.fixture.ts";
import { choices } from "./choices.ts";
import { compareStep } from "./compare-step.ts";
import { type Step, type Subject, nextStep } from "./next-step.ts";

const STEPS = 14;

/** Plays one seeded history; what our functions make of the same inputs otherwise than the server is told, a line each. */
export const playHistory = async (
  ask: Ask,
  subject: Subject,
  seed: number,
  tag: string,
): Promise<readonly string[]> => {
  const choose = choices(seed);
  const name = `${tag}-${seed}`;
  let live: LiveObject | undefined;
  for (let i = 0; i < STEPS; i += 1) {
    const step = nextStep(choose, subject, name, live);
    const answer = await send(ask, subject, step, name, live === undefined);
    const stored = (await ask("GET", `${subject.path(subject.storageVersion)}/${name}`)).body;
    const found = compareStep(subject, step, live, answer, stored);
    if (found.length > 0) {
      const head = `step ${i} ${step.what} by ${step.manager}${step.force ? " by force" : ""}`;
      return [
        head,
        ...found,
        `body ${canonicalJson(asJson(step.body))}`,
        `live ${canonicalJson(asJson(live ?? null))}`,
      ];
    }
    if (answer.status < 300) live = stored;
  }
  return [];
};

const send = (ask: Ask, subject: Subject, step: Step, name: string, create: boolean): Promise<Answer> => {
  const known = subject.models.has(step.body.apiVersion);
  const path = subject.path(known ? step.body.apiVersion : subject.storageVersion);
  const query = `fieldManager=${step.manager}`;
  switch (step.what) {
    case "apply":
    case "apply-status": {
      const below = step.what === "apply" ? "" : "/status";
      const url = `${path}/${name}${below}?${query}&force=${step.force}`;
      return ask("PATCH", url, step.body, "application/apply-patch+yaml");
    }
    case "put":
    case "forge":
      return create ? ask("POST", `${path}?${query}`, step.body) : ask("PUT", `${path}/${name}?${query}`, step.body);
    case "status":
      return ask("PUT", `${path}/${name}/status?${query}`, step.body);
    case "scale":
      return ask(
        "PATCH",
        `${path}/${name}/scale?${query}`,
        { spec: step.body["spec"] ?? null },
        "application/merge-patch+json",
      );
  }
};
