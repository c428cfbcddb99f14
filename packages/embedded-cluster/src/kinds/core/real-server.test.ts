import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { copyOf, type LiveObject } from "../../json.ts";
import { numberOf, structsOf, textOf } from "../validation/read-value.ts";
import { type Answer, askCreate, askStatus, askUpdate, type Taken } from "./real-server/ask-strategy.ts";
import { connectRealServer } from "./real-server/ask-server.ts";
import { difference } from "./real-server/compare.ts";
import { allSpecimens } from "./real-server/manifests.ts";
import { statusSpecimens } from "./real-server/status-specimens.ts";
import { mutate, seeded } from "./real-server/mutate.ts";
import { clusterIPsOf, portsOf, specOf } from "./service-type.ts";

/** Pairs of a create and an update for each specimen. */
const ROUNDS = 30;
const SEED = 20_261_123;

describe.skipIf(!controlPlaneAvailable)("strategies answer as a real API server does", () => {
  let server: ReturnType<typeof connectRealServer>;

  beforeAll(async () => {
    server = connectRealServer(await sharedControlPlane());
  });
  afterAll(() => server.end());

  /** What Services hold already. */
  const taken = async (): Promise<Taken> => {
    const { object } = await server.send("GET", "/api/v1/services");
    const services = structsOf(object?.["items"]) as readonly LiveObject[];
    return {
      addresses: services.flatMap((service) => clusterIPsOf(service)),
      ports: services
        .flatMap((service) => [
          ...portsOf(service).map((port) => numberOf(port["nodePort"])),
          numberOf(specOf(service)["healthCheckNodePort"]),
        ])
        .filter((port) => port !== 0),
    };
  };

  /** Takes the finalizer away that holds specimens, and deletes. */
  const forget = async (object: LiveObject): Promise<void> => {
    const name = textOf(object.metadata["name"]);
    const stored = (await server.read(object, name)).object as LiveObject;
    const { finalizers: _, ...metadata } = copyOf(stored).metadata;
    await server.replace({ ...stored, metadata }, name);
    await server.remove(object, name);
  };

  const same = (what: string, body: LiveObject, real: Answer, ours: Answer): void => {
    const found = difference(real, ours);
    if (found !== undefined)
      expect.soft({ what, found, body, answer: ours }).toEqual({ what, found, body, answer: real });
  };

  it.each(allSpecimens)(
    "$title, created and updated in many wrong and right ways",
    async ({ object, hints, title }) => {
      const name = textOf(object.metadata["name"]);
      const first = await server.create(object, false);
      expect(first.code, first.message).toBe(201);
      const held = await taken();
      const chance = seeded(SEED);
      for (let round = 0; round < ROUNDS; round += 1) {
        const fresh = mutate(object, chance, hints);
        fresh.metadata["name"] = `${name}-x`;
        same(`${title}: create`, fresh, await server.create(fresh, true), askCreate(fresh, held));
        // The server's own controllers write to some kinds.
        const stored = (await server.read(object, name)).object as LiveObject;
        const next = mutate(chance() < 0.5 ? stored : object, chance, hints);
        next.metadata["name"] = name;
        next.metadata["resourceVersion"] = textOf(stored.metadata["resourceVersion"]);
        same(`${title}: update`, next, await server.update(next, name), askUpdate(next, stored, held));
      }
      await forget(object);
    },
  );

  it.each(statusSpecimens)("status of $title", async ({ object, hints, title }) => {
    const name = textOf(object.metadata["name"]);
    const first = await server.create(object, false);
    expect(first.code, first.message).toBe(201);
    const chance = seeded(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const stored = (await server.read(object, name)).object as LiveObject;
      const next = mutate({ ...stored, status: object["status"] ?? {} }, chance, hints);
      same(`${title}: status`, next, await server.updateStatus(next, name), askStatus(next, stored));
    }
    await forget(object);
  });

  it("keeps unlike names apart", () => {
    const names = allSpecimens.map(({ object }) => `${object.kind}/${textOf(object.metadata["name"])}`);
    expect(names).toHaveLength(new Set(names).size);
  });
});
