import { fieldsOf, structsOf, textOf } from "../../kinds/validation/read-value.ts";
import { ageOf, nameOf, type RowCells } from "./cell-texts.ts";

const binding: RowCells = (object, context) => {
  const role = fieldsOf(object["roleRef"]);
  const subjects = structsOf(object["subjects"]);
  const names = (kind: string): string =>
    subjects
      .filter((subject) => subject["kind"] === kind)
      .map(({ name, namespace }) => (kind === "ServiceAccount" ? `${textOf(namespace)}/${textOf(name)}` : textOf(name)))
      .join(", ");
  const granted = `${textOf(role["kind"])}/${textOf(role["name"])}`;
  return [nameOf(object), granted, ageOf(object, context), names("User"), names("Group"), names("ServiceAccount")];
};

/** Cells of who may do what, by group and kind. Roles have none of their own. */
export const accessRows: Readonly<Record<string, RowCells>> = {
  "rbac.authorization.k8s.io/ClusterRoleBinding": binding,
  "rbac.authorization.k8s.io/RoleBinding": binding,
};
