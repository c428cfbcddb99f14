import { existsSync } from "node:fs";

import { socketFilter } from "./socket-filter.ts";

/** What keeps a tool, and all that it starts, off the network: a network namespace, or a filter that lets it make no socket. */
export type IsolationWay = "namespace" | "socket filter";

/** A way to start a process that is cut off: what stands before its own argument list. */
export interface Launcher {
  readonly ways: readonly IsolationWay[];
  readonly argv: readonly string[];
}

const found = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

const namespaces = (): readonly Launcher[] => {
  const unshare = found("/usr/bin/unshare", "/bin/unshare");
  if (unshare === undefined) return [];
  return [
    ["--user", "--map-current-user"], // without privileges, where the machine lets everybody make namespaces
    [], // root makes one by itself
  ].map((who) => ({ ways: ["namespace"], argv: [unshare, ...who, "--net", "--ipc", "--"] }));
};

/** no_new_privs, then the filter, then the program; each step must succeed. Perl is part of every Debian. */
const FILTERED = `
my ($prctl, $hex) = (0 + shift, shift);
my $program = pack("H*", $hex);
my $filter = pack("S x6 P", length($program) / 8, $program);
syscall($prctl, 38, 1, 0, 0, 0) == 0 or die "no_new_privs: $!\\n";
syscall($prctl, 22, 2, $filter) == 0 or die "seccomp: $!\\n";
exec { $ARGV[0] } @ARGV;
die "$ARGV[0]: $!\\n";
`;

const socketFilters = (): readonly Launcher[] => {
  const perl = found("/usr/bin/perl", "/bin/perl");
  const filter = socketFilter(process.arch);
  if (perl === undefined || filter === undefined) return [];
  const argv = [perl, "-e", FILTERED, "--", String(filter.prctl), filter.program.toString("hex")];
  return [{ ways: ["socket filter"], argv }];
};

/** Every launcher of this machine that uses these ways and no others, the strongest first; each has to be proved. */
export const launchersOf = (ways: readonly IsolationWay[]): readonly Launcher[] => {
  const walls = ways.includes("namespace") ? namespaces() : [];
  const filters = ways.includes("socket filter") ? socketFilters() : [];
  const both = walls.flatMap((wall) =>
    filters.map(({ ways: [way], argv }): Launcher => ({
      ways: [...wall.ways, ...(way === undefined ? [] : [way])],
      argv: [...wall.argv, ...argv],
    })),
  );
  return [...both, ...walls, ...filters];
};

/** Starts a process as it is. */
export const OPEN: Launcher = { ways: [], argv: [] };
