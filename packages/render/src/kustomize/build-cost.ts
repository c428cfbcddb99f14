import type { RenderLimits } from "../limits.ts";
import { refuse } from "../render-refused.ts";
import type { BuildNode, FieldCounts } from "./build-node.ts";

/**
 * Seconds of CPU time that kustomize 5.8 takes, measured and rounded up. It looks through all annotations of an object for
 * each that it sets, through all objects for each that it takes, and through each object for each image.
 */
const SECONDS = { pair: 4e-5, pairAgain: 5e-9, image: 5e-5, other: 5e-6, object: 1.5e-7, lastObject: 7e-7 } as const;

/** Of the CPU time that a run may take, what may go into setting fields on objects. */
const PART_OF_FIELDS = 0.5;

/** What a build would cost, added up level by level. */
export interface BuildCost {
  /** Throws `LimitExceeded` with the kustomization whose fields are too many for the objects that it holds. */
  readonly set: (file: string, objects: number, sets: FieldCounts) => void;
}

export const buildCost = ({ cpuSeconds }: Pick<RenderLimits, "cpuSeconds">): BuildCost => {
  let seconds = 0;
  return {
    set: (file, objects, { pairs, images, others }) => {
      const perObject =
        pairs * (SECONDS.pair + SECONDS.pairAgain * pairs) + images * SECONDS.image + others * SECONDS.other;
      seconds += objects * perObject;
      if (seconds <= cpuSeconds * PART_OF_FIELDS) return;
      const fields = [
        [pairs, "annotations and labels"],
        [images, "images"],
        [others, "patches, replacements and the like"],
      ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
      const problem = `with its ${fields.join(" and ")} for ${objects} object${objects === 1 ? "" : "s"} the fields that kustomizations set take over ${cpuSeconds * PART_OF_FIELDS} s of CPU time`;
      throw refuse("LimitExceeded", file, problem, "set fewer, set them at one level only, or split the application");
    },
  };
};

/** How many objects each file of manifests holds. */
type Counts = ReadonlyMap<string, number>;

/** Throws `LimitExceeded` for a build that the program would not come to the end of; each node counts as often as it is built. */
export const refuseCostlyBuild = (root: BuildNode, counts: Counts, limits: RenderLimits): void => {
  const cost = buildCost(limits);
  let seconds = 0;
  const build = (node: BuildNode, before: number): number => {
    let objects = before + node.generated;
    for (const file of node.manifests) objects += counts.get(file) ?? 0;
    for (const { node: below, isComponent } of node.below)
      objects = isComponent ? build(below, objects) : objects + build(below, 0);
    if (objects > limits.objects) {
      const problem = `over ${limits.objects} objects are built for it, each as often as it is named`;
      throw refuse("LimitExceeded", node.file, problem, "split the application");
    }
    cost.set(node.file, objects, node.sets);
    seconds += SECONDS.object * objects * objects;
    if (seconds + SECONDS.lastObject * objects * objects > limits.cpuSeconds) {
      const problem = `kustomize takes over ${limits.cpuSeconds} s of CPU time for ${objects} objects at this level and those below`;
      throw refuse("LimitExceeded", node.file, problem, SPLIT);
    }
    return objects;
  };
  build(root, 0);
};

const SPLIT = "split the application, or take out levels between";
