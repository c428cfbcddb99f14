import { freshBody, probeName } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { ApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import type { Means } from "../write/means.ts";
import { contentOf } from "../core/content-of.ts";

/** Whether the server would make an object that is there anew. `unknown`: whoever asks may not, or not by a dry-means. */
export type Making =
  | { readonly kind: "would-be" | "unknown" }
  /** `error`: a policy has the word, not the content. */
  | { readonly kind: "refused"; readonly error: ApiError | undefined };

const NO_DRY_RUN = /not support dry.?run/i;

/** A quota is looked at last, and what is deleted first frees what it took. */
const judge = (error: unknown): Making => {
  if (!isApiError(error)) throw error;
  if (error.reason === "AlreadyExists" || error.errorClass === "QUOTA") return { kind: "would-be" };
  if (error.passing) throw error; // says nothing of the object
  if (error.errorClass === "FORBIDDEN" || NO_DRY_RUN.test(error.message)) return { kind: "unknown" };
  return { kind: "refused", error: error.errorClass === "DENIED" ? error : undefined };
};

const underItsName = async (means: Means, body: KubeObject, live: KubeObject): Promise<Making> => {
  try {
    const object = freshBody(body, live, live.metadata.name);
    await means.kube.createObject({ object, dryRun: true, ...means.as }, means.signal);
    return { kind: "would-be" }; // it went meanwhile
  } catch (error) {
    return judge(error);
  }
};

const underAnother = async (means: Means, body: KubeObject, live: KubeObject): Promise<Making> => {
  try {
    const object = freshBody(body, live, probeName(live));
    await means.kube.serverSideApply({ object, force: true, dryRun: true, ...means.as }, means.signal);
    return { kind: "would-be" };
  } catch (error) {
    return judge(error);
  }
};

/**
 * Asks by a dry-run of making it under its own name: the server takes it through validation and admission before it finds
 * the name taken, so a policy on names and a rule on the object's own name say what they will say. Who may not make
 * objects of any name asks under another one, where a refusal proves nothing unless the live content is not refused too.
 */
export const mayBeMade = async (means: Means, body: KubeObject, live: KubeObject): Promise<Making> => {
  const own = await underItsName(means, body, live);
  if (own.kind !== "unknown") return own;
  const other = await underAnother(means, body, live);
  if (other.kind !== "refused") return other;
  const asItIs = await underAnother(means, contentOf(live), live);
  return asItIs.kind === "would-be" ? other : { kind: "unknown" };
};
