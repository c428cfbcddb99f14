// Texts of small fleets, for the tests of this package alone.
import { formatDeclarationError } from "./declaration-error.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import { parseFleet } from "./parse-fleet.ts";

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const fleet = (files: Readonly<Record<string, string>>, previous?: DeclarationSet) =>
  parseFleet(
    Object.entries(files).map(([path, text]) => ({ path, bytes: bytes(text) })),
    previous === undefined ? {} : { previous },
  );
export const said = (files: Readonly<Record<string, string>>, previous?: DeclarationSet): readonly string[] =>
  fleet(files, previous).errors.map(formatDeclarationError);

export const repository = (name = "shop", extra = "") => `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata: {name: ${name}}
spec:
  url: https://git.example.org/${name}.git
${extra}`;
export const application = (name = "web", spec = "", repo = "shop") => `apiVersion: evenkeel.dev/v1alpha1
kind: Application
metadata:
  name: ${name}
spec:
  repository: ${repo}
  path: apps/${name}
  targets: {clusterSelector: {}}
${spec}`;
export const cluster = (name = "prod-eu", labels = "{env: prod}") => `apiVersion: evenkeel.dev/v1alpha1
kind: Cluster
metadata: {name: ${name}, labels: ${labels}}
spec: {connection: {context: ${name}}}
`;
export const docs = (...texts: readonly string[]): string => texts.join("---\n");
export const good = { "all.yaml": docs(repository(), cluster(), application()) };
