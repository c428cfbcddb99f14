import type { World } from "../world/world.ts";
import { stampedOf } from "../world/seen-objects.ts";
import { FLEET } from "../truth/do-work.ts";
import { NAMESPACE } from "../truth/texts.ts";
import { descends } from "../truth/history.ts";

/** Where what is live is not what is wanted, in words; none: all is as it should be. */
export const unlike = ({ accepted, clusters }: World): readonly string[] =>
  clusters.flatMap(({ name, present }) => {
    const live = new Map(
      present.store
        .list("", "configmaps", NAMESPACE)
        .map(({ key, json }) => [key.name, stampedOf(JSON.parse(json))] as const),
    );
    return [...accepted.wantedOn(name)].flatMap(([app, wanted]) =>
      [...(wanted ?? [])].flatMap(([object, stamp]) => {
        const found = live.get(object);
        if (found?.stamp === stamp) return [];
        const what = found === undefined ? "is not there" : `has push ${found.stamp}`;
        return [`${object} of ${app.name} on ${name} ${what}, and push ${stamp} is wanted`];
      }),
    );
  });

/** Sources whose newest commit could be followed and is not. */
export const behind = ({ accepted, places }: World): readonly string[] =>
  [FLEET, ...places.repositories].flatMap((source) => {
    const tip = places.history.tip(source);
    const at = accepted.revisionOf(source);
    if (tip === undefined || tip.id === at) return [];
    if (at !== undefined && !descends(tip, at)) return []; // rewritten: it is held
    return [`${source} is at ${at?.slice(0, 8) ?? "nothing"}, and push ${tip.order} descends from it`];
  });
