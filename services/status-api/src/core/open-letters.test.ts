import { DeadLetter, DeadLetterClass, flows, Sync } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { createProjection, unitKey } from "../follow/projection.ts";
import * as story from "../story/story.fixture.ts";
import { placeOf } from "./open-letters.ts";
import { sourceStatus } from "./source-status.ts";

const letter = (subject: string, over: Partial<DeadLetter> = {}): DeadLetter =>
  DeadLetter.fromPartial({
    service: "applier",
    consumer: "applier-3",
    key: subject.replace("ek.v1.", ""),
    subject,
    class: DeadLetterClass.QUARANTINED,
    reason: { code: "Unexpected", message: "boom" },
    attempts: 7,
    firstAt: story.at(50),
    lastAt: story.at(59),
    ...over,
  });

const projected = (...letters: readonly DeadLetter[]) => {
  const projection = createProjection(() => new Date(0));
  projection.fold(flows.commitObserved.type, story.observed(1, "a"));
  projection.fold(flows.desiredStateChanged.type, story.desired(1, "a"));
  projection.fold(flows.commitPlanned.type, story.planned(1, "a"));
  projection.fold(flows.applyFinished.type, story.run(1, "a"));
  projection.fold(flows.healthChanged.type, story.health(1, "a"));
  for (const each of letters) projection.fold(flows.deadLetter.type, each);
  return projection;
};
const web = unitKey("prod-eu", "web");

it.each([
  ["ek.v1.desired.3.prod-eu.web", { cluster: "prod-eu", app: "web" }],
  ["ek.v1.render.3.prod-eu.team-a=2Fweb", { cluster: "prod-eu", app: "team-a/web" }],
  ["ek.v1.drift.3.prod-eu.web", { cluster: "prod-eu", app: "web" }],
  ["ek.v1.commit.0.shop", { source: "shop" }],
  ["ek.v1.commit.0.shop.problem", { source: "shop" }],
  ["ek.v1.timer.due.applier.3.x", undefined],
  ["elsewhere.desired.3.prod-eu.web", undefined],
])("a letter about %s belongs to %o", (subject, place) => {
  expect(placeOf(letter(subject))).toEqual(place);
});

describe("a unit of which something was set aside", () => {
  it.each([
    ["its desired state", "ek.v1.desired.3.prod-eu.web", Sync.SYNCED],
    ["its drift", "ek.v1.drift.3.prod-eu.web", Sync.SYNCED],
    ["its render: what Git says is not known to be live", "ek.v1.render.3.prod-eu.web", Sync.UNKNOWN],
    ["the commit of its source", "ek.v1.commit.0.shop", Sync.SYNCED],
  ])("says so, for %s", (_title, subject, sync) => {
    const status = projected(letter(subject)).status(web);
    expect(status?.reason).toEqual({
      code: "Unexpected",
      message: "set aside by applier-3 after 7 tries: boom",
      remedy: "it is tried again by itself within the hour, and at once after a restart of applier",
    });
    expect(status?.sync).toBe(sync);
  });

  it("says so no more once it was handled, or its stream was lost", () => {
    const open = letter("ek.v1.desired.3.prod-eu.web");
    expect(projected(open, { ...open, class: DeadLetterClass.RESOLVED }).status(web)?.reason).toBeUndefined();
    const projection = projected(open);
    projection.forget("DEADLETTERS");
    expect(projection.status(web)?.reason).toBeUndefined();
  });

  it("keeps one letter when another consumer's is resolved", () => {
    const open = letter("ek.v1.desired.3.prod-eu.web");
    const other = letter("ek.v1.drift.3.prod-eu.web", { consumer: "heal-3" });
    const status = projected(open, other, { ...other, class: DeadLetterClass.RESOLVED }).status(web);
    expect(status?.reason?.message).toBe("set aside by applier-3 after 7 tries: boom");
  });

  it("is listed even if nothing else is known of it", () => {
    const projection = projected(letter("ek.v1.render.1.prod-eu.new", { attempts: 1 }));
    const status = projection.status(unitKey("prod-eu", "new"));
    expect([status?.unit?.app, status?.sync, status?.reason?.message]).toEqual([
      "new",
      Sync.UNKNOWN,
      "set aside by applier-3 after 1 try: boom",
    ]);
  });
});

it("a source whose commit was set aside has that as its error, unless it has one of its own", () => {
  const [shop] = projected(letter("ek.v1.commit.0.shop")).sources();
  expect(shop && sourceStatus(shop).condition?.error?.message).toBe("set aside by applier-3 after 7 tries: boom");
});
