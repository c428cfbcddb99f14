import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A Go type as the program beside this file tells it. */
export interface GoType {
  readonly kind: string;
  /** The OpenAPI name of a struct. */
  readonly struct?: string;
  readonly element?: GoType;
}

export interface GoField {
  readonly name: string;
  readonly type: GoType;
  readonly emit: "always" | "omitempty" | "omitzero";
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

export interface GoTypes {
  /** `apps/v1/Deployment` to the struct's OpenAPI name. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly structs: Readonly<Record<string, { readonly fields: readonly GoField[] }>>;
}

/** Runs the Go program of this folder; go.sum pins what it reads. */
export const readGoTypes = async (): Promise<GoTypes> => {
  const cwd = fileURLToPath(new URL("go", import.meta.url));
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  const { stdout } = await promisify(execFile)("go", ["run", "-mod=readonly", "."], { cwd, env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as GoTypes;
};
