import type { Closure } from "./closure.ts";
import type { WhyEmpty } from "./request.ts";

/** Sources of manifests in languages that are programs; none of them runs here. */
export const PROGRAM =
  /\.(?:jsonnet|libsonnet|cue|dhall|pkl|ts|tsx|js|mjs|py|go|rb|star|k|ncl|nix|tf|tfvars|gotmpl|tmpl|tpl|j2|erb)$/i;

const DECLARE = "declare prune.allowEmpty: true if the application is meant to be empty";

/** Why a render gave no object, by what is there; the words are for whoever did not mean it. */
export const whyEmpty = ({ kind, files, program }: Closure, path: string): WhyEmpty => {
  if (program !== undefined) {
    const problem = "no manifest here, and what would make them is a program, which does not run here";
    return {
      code: "FeatureDisabled",
      file: program,
      problem,
      remedy: `render it in CI and commit the result, or ${DECLARE}`,
    };
  }
  const [file = path, ...others] = files.map((one) => one.path);
  const nothing = (where: string, problem: string, remedy: string): WhyEmpty => ({
    code: "EmptyDesired",
    file: where,
    problem,
    remedy: `${remedy}, or ${DECLARE}`,
  });
  switch (kind) {
    case "plain":
      if (files.length === 0) return nothing(path, "no *.yaml, *.yml or *.json here", "correct spec.path or the globs");
      return others.length === 0
        ? nothing(file, "the file holds no object", "write one")
        : nothing(path, `${files.length} files, and no object in any of them`, "write one");
    case "kustomize":
      return nothing(path, "the kustomization gives no object", "list resources in it");
    case "helm":
      return nothing(path, "the chart gives no object with these values", "turn something on in the values");
  }
};
