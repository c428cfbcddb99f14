import type { ParseYamlOptions } from "@evenkeel/resource";

type Substitute = NonNullable<ParseYamlOptions["substitute"]>;

/**
 * Replaces `${NAME}` and `${NAME:=default}` in one scalar by declared values; `$${NAME}` stands for `${NAME}`. A name that
 * is neither declared nor has a default is refused; any other use of `$` stays as it is.
 */
export const substituteIn =
  (values: { readonly [name: string]: string }): Substitute =>
  (text, refuse) =>
    text.replace(
      /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)(?::=([^}]*))?\}/g,
      (whole, escape: string, name: string, otherwise?: string) => {
        if (escape !== "") return whole.slice(1);
        const value = Object.hasOwn(values, name) ? values[name] : otherwise;
        if (value === undefined) throw refuse(`\${${name}} is not declared`, `declare ${name} or write $\${${name}}`);
        return value;
      },
    );
