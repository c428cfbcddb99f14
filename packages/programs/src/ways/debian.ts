import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { cacheRoot } from "../cache.ts";
import { withLock } from "../lock.ts";
import type { Candidate, Getter, Program } from "../program.ts";
import { step } from "../progress.ts";
import { runCommand } from "../run-command.ts";
import { parseVersion } from "../version.ts";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The distribution's own package, downloaded and unpacked but not installed; the system's lists decide what there is. */
export const distributionPackage: Getter = {
  name: "the distribution's package",
  get: (program, folder) => unpack(program, folder, [], "the distribution's package"),
};

/** Debian unstable's package, through a private source list: no root, nothing installed, apt checks the signature. */
export const debianSid: Getter = {
  name: "Debian sid's package",
  get: async (program, folder) => {
    const options = await privateApt(join(cacheRoot(), "apt-sid"), KEYRING);
    await step(`${program.name}: reading the package list of Debian sid (11 MB)`, () => updateLists(options));
    return unpack(program, folder, options, "Debian sid's package");
  },
};

/** Options that keep apt's lists, cache and sources below `home`; writes the one source line there. */
export const privateApt = async (home: string, keyring: string): Promise<readonly string[]> => {
  await readFile(keyring).catch((cause: unknown) => {
    throw new Error(`no ${keyring}: package debian-archive-keyring is not installed`, { cause });
  });
  const mirror = debianMirror(await systemSources());
  if (mirror === undefined) throw new Error("this system's apt sources name no Debian mirror");
  await mkdir(join(home, "state/lists/partial"), { recursive: true });
  await mkdir(join(home, "cache/archives/partial"), { recursive: true });
  await writeFile(join(home, "status"), "");
  await writeFile(join(home, "sources.list"), `deb [signed-by=${keyring}] ${mirror} sid main\n`);
  return Object.entries({
    "Dir::Etc::sourcelist": join(home, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State": join(home, "state"),
    "Dir::State::status": join(home, "status"),
    "Dir::Cache": join(home, "cache"),
    "APT::Sandbox::User": "", // root's apt would else read as user _apt, who may not enter a private home
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled": "false",
  }).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
};

/** Fails on any source that could not be read or whose signature is wrong, where apt by itself would only warn. */
export const updateLists = (options: readonly string[]): Promise<string> => {
  const home = options.find((option) => option.startsWith("Dir::State="))?.slice("Dir::State=".length) ?? "";
  return withLock(join(home, "evenkeel.lock"), () =>
    runCommand("apt-get", [...options, "-o", "APT::Update::Error-Mode=any", "update"], { timeoutMs: 120_000 }),
  );
};

/** The mirror of the Debian archive that the system itself uses, from its source files (one-line or deb822). */
export const debianMirror = (sources: string): string | undefined =>
  /(?:^URIs:|^deb\s+(?:\[[^\]]*\]\s+)?)\s*(https?:\/\/\S+\/debian)\/?(?=\s|$)/m.exec(sources)?.[1];

const systemSources = async (): Promise<string> => {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...(await namesIn(folder)).map((file) => join(folder, file))];
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join("\n");
};

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch((): string[] => []);

const unpack = async (
  program: Program,
  folder: string,
  options: readonly string[],
  source: string,
): Promise<Candidate> => {
  const policy = await runCommand("apt-cache", [...options, "policy", program.name]);
  const version = parseVersion(/Candidate: (.*)/.exec(policy)?.[1] ?? "");
  if (version === undefined) throw new Error("the archive has no such package");
  if (!program.wants.accepts(version))
    throw new Error(`${/Candidate: (.*)/.exec(policy)?.[1]} is not ${program.wants.text}`);
  await step(`${program.name}: downloading ${source}`, () =>
    runCommand("apt-get", [...options, "download", program.name], { cwd: folder, timeoutMs: 120_000 }),
  );
  const archive = (await readdir(folder)).find((file) => file.endsWith(".deb"));
  if (archive === undefined) throw new Error("apt-get download left no package");
  await runCommand("dpkg-deb", ["-x", join(folder, archive), join(folder, "tree")]);
  for (const bin of ["usr/bin", "usr/sbin"]) {
    const path = join(folder, "tree", bin, program.name);
    if ((await namesIn(join(folder, "tree", bin))).includes(program.name))
      return { path, version: `${version.major}.${version.minor}.${version.patch}`, source: `${source} ${archive}` };
  }
  throw new Error(`${archive} has no ${program.name}`);
};
