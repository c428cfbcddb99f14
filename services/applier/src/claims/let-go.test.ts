import { ApplyResult, DriftDetected, flows } from "@evenkeel/contracts";
import type { ApplyFinished } from "@evenkeel/contracts";
import { APP_LABEL } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMapBy as configMap } from "../story/config-map.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

const isAt =
  (seq: number, result: ApplyResult) =>
  (fact: ApplyFinished): boolean =>
    fact.version?.sources[0]?.seq === BigInt(seq) && fact.result === result;

describe.skipIf(!controlPlaneAvailable)(
  "what a refused plan lets go of, on a real nats-server and kube-apiserver",
  { timeout: 60_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("let-go", (given) => ({ story, app } = given));

    const by = async (object: KubeObject): Promise<unknown> =>
      ((await story.live(object))?.["data"] as { readonly by?: string } | undefined)?.by;
    const uidOf = async (name: string) => (await story.live(configMap(name)))?.metadata.uid;
    const rest = (name: string) => Array.from({ length: 12 }, (_, n) => configMap(`${name}-${n}`));
    const applied = (name: string, seq: number) => story.finished(name, isAt(seq, ApplyResult.APPLIED));
    const foreign = async (name: string): Promise<void> => {
      const object = { ...configMap(name), metadata: { name, namespace: story.namespace } };
      const options = { object, force: false, dryRun: false, manager: "somebody" };
      await story.kube.serverSideApply(options, AbortSignal.timeout(20_000));
    };
    const removeForeign = async (name: string): Promise<void> => {
      const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name };
      await story.kube.deleteObject(ref, { uid: (await uidOf(name)) ?? "" }, {}, AbortSignal.timeout(20_000));
    };

    test.each([
      ["two applications swap an object each", 2, "none"],
      ["two that take over swap an object each", 2, "takeover"],
      ["three pass theirs round in a ring", 3, "none"],
    ] as const)("%s in one commit, and each object stays the one that it was", async (_title, count, adopt) => {
      const names = Array.from({ length: count }, (_, n) => `${app}-${n}`);
      const shared = (n: number) => `${app}-of-${n % count}`;
      for (const name of names) await story.declare(name, { adopt });
      for (const [n, name] of names.entries()) await story.desire(name, [...rest(name), configMap(shared(n), name)], 1);
      for (const name of names) await applied(name, 1);
      const uids = await Promise.all(names.map(async (_, n) => uidOf(shared(n))));
      for (const [n, name] of names.entries())
        await story.desire(name, [...rest(name), configMap(shared(n + 1), name)], 2);
      for (const name of names) await applied(name, 2);
      for (const [n, name] of names.entries()) {
        await eventually(async () => (await story.inventory(name))?.items.length === 13);
        expect(await by(configMap(shared(n + 1)))).toBe(name);
        expect(await uidOf(shared(n))).toBe(uids[n]);
        const live = await story.live(configMap(shared(n + 1)));
        expect(live?.metadata.labels?.[APP_LABEL]).toBe(story.unit(name).appUid);
      }
    });

    test("goes to who wants it while the plan is refused for another object, and is asked for before it is written again", async () => {
      const [to, moved, alien] = [`${app}-to`, `${app}-x`, `${app}-alien`];
      await story.declare(app);
      await story.declare(to);
      await story.desire(app, [...rest(app), configMap(moved, app)], 1);
      await story.desire(to, [configMap(`${to}-own`)], 1);
      await Promise.all([applied(app, 1), applied(to, 1)]);
      const uid = await uidOf(moved);
      await foreign(alien);
      await story.desire(app, [...rest(app), configMap(alien, app)], 2);
      await story.desire(to, [configMap(`${to}-own`), configMap(moved, to)], 2);
      await applied(to, 2);
      expect([await by(configMap(moved)), await uidOf(moved)]).toEqual([to, uid]);
      // Back to the very content that it has applied: the other has the object by now.
      await story.desire(app, [...rest(app), configMap(moved, app)], 3);
      const held = await story.finished(app, isAt(3, ApplyResult.HELD));
      expect(held.reason).toMatchObject({
        message: `ConfigMap ${story.namespace}/${moved} belongs to application ${to}`,
        remedy: "remove it from one of the two applications",
      });
      expect(await by(configMap(moved))).toBe(to);
      // The remedy: the other gives it back, and what is there is not taken for what was applied.
      await story.desire(to, [configMap(`${to}-own`)], 3);
      await applied(app, 3);
      await eventually(async () => (await story.inventory(to))?.items.length === 1);
      expect([await by(configMap(moved)), await uidOf(moved)]).toEqual([app, uid]);
    });

    test("stays its own where nobody takes it, and is deleted once the plan is applied", async () => {
      const [left, kept, alien] = [`${app}-left`, `${app}-kept`, `${app}-alien`];
      await story.declare(app);
      await story.desire(app, [...rest(app), configMap(left), configMap(kept)], 1);
      await applied(app, 1);
      await foreign(alien);
      await story.desire(app, [...rest(app), configMap(alien)], 2);
      await story.finished(app, isAt(2, ApplyResult.HELD));
      const uid = await uidOf(kept);
      await story.desire(app, [...rest(app), configMap(alien), configMap(kept, "2")], 3);
      await story.finished(app, isAt(3, ApplyResult.HELD));
      expect(await uidOf(left)).toBeDefined();
      await removeForeign(alien);
      await applied(app, 3);
      await eventually(async () => (await story.live(configMap(left))) === undefined);
      expect([await by(configMap(kept)), await uidOf(kept)]).toEqual(["2", uid]);
    });

    test("under drift: hold it stays, and who wants it is told what holds it and what helps", async () => {
      const [to, moved] = [`${app}-to`, `${app}-x`];
      await story.declare(app, { drift: "hold" });
      await story.declare(to);
      await story.desire(app, [...rest(app), configMap(moved, app)], 1);
      await story.desire(to, [configMap(`${to}-own`)], 1);
      const { digest } = await applied(app, 1);
      await applied(to, 1);
      const drift = DriftDetected.fromPartial({ unit: story.unit(app), digest, findingCount: 1, cause: "one" });
      await story.buses["drift-detector"].publish(flows.driftDetected, drift);
      await story.desire(app, rest(app), 2);
      await story.finished(app, isAt(2, ApplyResult.HELD));
      await story.desire(to, [configMap(`${to}-own`), configMap(moved, to)], 2);
      const held = await story.finished(to, isAt(2, ApplyResult.HELD));
      expect(held.reason).toEqual({
        code: "OwnershipConflict",
        message: `ConfigMap ${story.namespace}/${moved} belongs to application ${app}, which no longer has it in Git: it is held (FieldConflict)`,
        remedy: `see what holds ${app}; there: undo the change, take it into Git, or declare drift: correct`,
      });
      await story.declare(app, { drift: "correct" });
      await story.desire(app, rest(app), 2, { fleet: 200n });
      await applied(to, 2);
      expect(await by(configMap(moved))).toBe(to);
    });
  },
);
