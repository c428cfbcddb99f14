import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Getter } from "../program.ts";
import { step } from "../progress.ts";
import { runCommand } from "../run-command.ts";

/** `go install package@version` into the staging folder; Go's checksum database proves the source. */
export const goInstall = (target: string, version: string): Getter => ({
  name: `go install ${target}@v${version}`,
  get: async ({ name }, folder) => {
    await requireGo();
    await step(`${name} ${version}: go install (about a minute)`, () =>
      runCommand("go", ["install", "-trimpath", "-ldflags=-s -w", `${target}@v${version}`], {
        env: { GOBIN: folder, CGO_ENABLED: "0", GOWORK: "off" },
      }),
    );
    return { path: join(folder, name), version, source: `go install ${target}@v${version}` };
  },
});

export interface WrapperBuild {
  /** Folder under test/control-plane whose go.mod and go.sum pin every module. */
  readonly wrapper: string;
  readonly target: string;
  readonly version: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly takes: string;
}

/** Builds a main package from its modules, through a committed wrapper module: `readonly`, so go.sum holds. */
export const goBuild = ({ wrapper, target, version, variables, takes }: WrapperBuild): Getter => ({
  name: `go build ${target}@v${version}`,
  get: async ({ name }, folder) => {
    await requireGo();
    const path = join(folder, name);
    const set = Object.entries(variables).map(([key, value]) => `-X ${key}=${value}`);
    const flags = ["-mod=readonly", "-trimpath", `-ldflags=-s -w ${set.join(" ")}`];
    await step(`${name} ${version}: go build (${takes} on 2 cores, cold)`, () =>
      runCommand("go", ["build", ...flags, "-o", path, target], {
        cwd: fileURLToPath(new URL(`../../../../test/control-plane/${wrapper}`, import.meta.url)),
        env: { CGO_ENABLED: "0", GOWORK: "off" },
      }),
    );
    return { path, version, source: `go build ${target}@v${version}` };
  },
});

const requireGo = (): Promise<string> => runCommand("go", ["version"]);
