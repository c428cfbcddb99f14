import { readFileSync, readdirSync } from "node:fs";

// Ticks a second of /proc: 100 on every Linux that Node runs on.
const TICKS_PER_SECOND = 100;

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter((child) => child.trim() !== "")
        .map(Number),
    );
  } catch {
    return [];
  }
};

/** CPU seconds of a process, its children and theirs, running or ended (Linux); 0 if it is gone. */
export const cpuSeconds = (pid: number): number =>
  ownCpuSeconds(pid) + childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), 0);

// Of the process itself and of its children that have ended.
const ownCpuSeconds = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), the first two cut off with the name.
    return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
};

/** Proportional set size in MiB; 0 if it cannot be read. */
export const pssMiB = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};
