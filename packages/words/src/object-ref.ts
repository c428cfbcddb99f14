/** Identity of one Kubernetes object; the version is not identity. `group` and `namespace` are "" where there is none. */
export interface ObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One string a ref, usable as a map key and readable in a message: `apps/Deployment/shop/web`, `Namespace//shop`. */
export const formatRef = (ref: ObjectRef): string =>
  `${ref.group === "" ? "" : `${ref.group}/`}${ref.kind}/${ref.namespace}/${ref.name}`;

/** For people: `Deployment shop/web`, `Namespace shop`. */
export const describeRef = (ref: ObjectRef): string =>
  `${ref.kind} ${ref.namespace === "" ? "" : `${ref.namespace}/`}${ref.name}`;
