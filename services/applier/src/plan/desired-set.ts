import type { RenderedObject } from "@evenkeel/artifacts";
import { readRendered } from "@evenkeel/artifacts";
import { placeObject, refuseTwins, scopesOfCrds } from "@evenkeel/apply";
import type { DesiredObject, Grant, Refusal } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { Scope } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { BodyMissing } from "../partition/declarations.ts";
import type { Bodies, DeclaredUnit } from "../partition/declarations.ts";

/** The rendered objects of a digest, proved against it; none for the empty digest (invariant
 * write.whole-renders). Throws BodyMissing, SetDamaged. */
export const readSet = async (
  bodies: Bodies,
  digest: string,
  signal: AbortSignal,
): Promise<readonly RenderedObject[]> => {
  const objects = await readRendered(bodies, digest, signal);
  if (objects === undefined) throw new BodyMissing(`rendered set ${digest} is not stored`);
  return objects;
};

/** What an app may write, as declared. */
export const grantOf = ({ declared }: { readonly declared: Pick<DeclaredUnit, "app"> }): Grant => ({
  namespace: declared.app.spec.namespace ?? "",
  allowedNamespaces: declared.app.spec.allowedNamespaces,
  allowedClusterKinds: declared.app.spec.allowedClusterKinds,
});

/** Asks discovery again, once a kind, for kinds that are unknown and that the set does not define. */
const scopesOf = async (
  kube: Kube,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Scope>> => {
  const scopes = new Map<string, Scope>(scopesOfCrds(objects));
  const kinds = new Map(objects.map((object) => [object.apiVersion + object.kind, object]));
  for (const { apiVersion, kind } of kinds.values()) {
    const slash = apiVersion.indexOf("/");
    const group = slash < 0 ? "" : apiVersion.slice(0, slash);
    const key = `${group}/${kind}`;
    try {
      const version = apiVersion.slice(slash + 1);
      const found = scopes.has(key)
        ? kube.discovery.resolve(group, kind, version)
        : await kube.resourceOf({ group, kind, version }, signal);
      if (found !== undefined) scopes.set(key, found.namespaced ? "namespaced" : "cluster");
    } catch (error) {
      if (!isApiError(error, "KIND_UNKNOWN")) throw error;
    }
  }
  return scopes;
};

/** The set of a run, each object in its namespace; what may not be written there is refused. */
export const placedSet = async (
  run: Run,
): Promise<{ readonly desired: readonly DesiredObject[]; readonly refused: readonly Refusal[] }> => {
  const rendered = await readSet(run.deps.bodies, run.fact.removed ? "" : run.fact.digest, run.signal);
  const scopes = await scopesOf(
    run.kube,
    rendered.map(({ object }) => object),
    run.signal,
  );
  const grant = grantOf(run);
  const placed = refuseTwins(
    rendered.map(({ object, digest }) => ({
      digest,
      written: refOf(object),
      placed: placeObject(
        object,
        grant,
        ({ group, kind }) => scopes.get(`${group}/${kind}`),
        ({ group, kind }) => run.kube.discovery.resolve(group, kind)?.version,
      ),
    })),
  );
  return {
    desired: placed.flatMap((each) =>
      each.placed.kind === "placed" ? [{ ref: each.placed.ref, object: each.placed.object, digest: each.digest }] : [],
    ),
    refused: placed.flatMap((each) =>
      each.placed.kind === "refused" ? [{ ref: each.placed.ref, reason: each.placed.reason }] : [],
    ),
  };
};

/** The objects of a set by formatRef, placed as far as discovery knows them: to look up what was sent last time. */
export const placedByRef = async (run: Run, digest: string): Promise<ReadonlyMap<string, DesiredObject>> => {
  const grant = grantOf(run);
  const rendered = await readSet(run.deps.bodies, digest, run.signal);
  const scopes = scopesOfCrds(rendered.map(({ object }) => object));
  return new Map(
    rendered.flatMap(({ object, digest: own }) => {
      const placed = placeObject(object, grant, ({ group, kind }) => {
        const found = run.kube.discovery.resolve(group, kind);
        if (found === undefined) return scopes.get(`${group}/${kind}`);
        return found.namespaced ? "namespaced" : "cluster";
      });
      return placed.kind === "placed"
        ? [[formatRef(placed.ref), { ref: placed.ref, object: placed.object, digest: own }] as const]
        : [];
    }),
  );
};
