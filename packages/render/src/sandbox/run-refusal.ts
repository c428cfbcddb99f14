import type { RenderLimits } from "../limits.ts";
import type { RenderRefusalCode } from "../request.ts";
import type { RunEnd } from "./run-request.ts";

/** Why a run does not count; the program is the subject of `problem`. */
export interface RunRefusal {
  readonly code: RenderRefusalCode;
  readonly problem: string;
  readonly remedy: string;
}

/** Undefined for a run that counts: exit status 0, no signal, within its limits. `told` is what may be told of its words. */
export const runRefusal = (
  end: RunEnd,
  told: string,
  outputBytes: number,
  limits: RenderLimits,
): RunRefusal | undefined => {
  if (end.startFailed !== undefined) {
    return { code: "ResourceExhausted", problem: `did not start: ${end.startFailed}`, remedy: "it is tried again" };
  }
  if (end.timedOut) {
    const remedy = "make it smaller, or look for a loop in a template";
    return { code: "RenderTimeout", problem: `ran longer than ${limits.wallMs / 1000} s`, remedy };
  }
  // The kernel stops a write past the limit; how the program ends then is its own affair.
  if (end.signal === "SIGXFSZ" || outputBytes > limits.outputBytes) {
    const problem = `wrote more than ${limits.outputBytes} bytes`;
    return { code: "LimitExceeded", problem, remedy: "split the application" };
  }
  if (end.exitCode === 0) return undefined;
  // The hard limit on CPU time ends a program as a killer of last resort does.
  if (end.signal === "SIGXCPU" || end.signal === "SIGKILL") {
    const problem = `was killed: it used more than ${limits.cpuSeconds} s of CPU time, or the machine's memory`;
    return { code: "RenderTimeout", problem, remedy: "make it smaller, or look for a loop in a template" };
  }
  const said = oneLine(told);
  if (end.exitCode === 126 || end.exitCode === 127) {
    return { code: "ResourceExhausted", problem: `did not start: ${said}`, remedy: "it is tried again" };
  }
  const limit = limitReached(end.stderr, limits);
  if (limit !== undefined) return limit;
  if (/cannot allocate memory|failed to create new OS thread|no space left on device/i.test(end.stderr)) {
    return {
      code: "ResourceExhausted",
      problem: `found no room on this machine: ${said}`,
      remedy: "it is tried again",
    };
  }
  const how = end.signal === undefined ? `exit status ${end.exitCode}` : `signal ${end.signal}`;
  return { code: "RenderFailed", problem: `failed (${how}): ${said}`, remedy: "correct what it names" };
};

const SPLIT = "split the application into several, or render it in CI and commit the result";

/** A limit of ours that the runtime of a program in Go met: it says so, and then lists its stacks. */
const limitReached = (stderr: string, { memoryBytes }: RenderLimits): RunRefusal | undefined => {
  if (/^(?:fatal error: )?(?:runtime: )?(?:out of memory|cannot allocate memory|cannot map pages)/m.test(stderr)) {
    const problem = `needs more than the ${memoryBytes / 1024 / 1024} MiB of memory that one render may take`;
    return { code: "LimitExceeded", problem, remedy: SPLIT };
  }
  if (/pthread_create failed: Resource temporarily unavailable/.test(stderr)) {
    const problem = "needs more threads or memory than one render may take";
    return { code: "LimitExceeded", problem, remedy: SPLIT };
  }
  if (/stack exceeds \d+-byte limit|^fatal error: stack overflow/m.test(stderr)) {
    const problem = "goes round in a circle or too deep: its stack is over the limit";
    return { code: "LimitExceeded", problem, remedy: "look for a loop in what it names" };
  }
  return undefined;
};

/** The lines of a tool that an author may use; the stacks of a crash say nothing to him. */
export const firstLines = (stderr: string): string =>
  (stderr.split(/^(?:goroutine \d+ .*\[|runtime stack:)/m)[0] ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 12)
    .join("\n");

/** Text of a tool is data: one line, controls escaped, cut. */
const oneLine = (text: string): string =>
  text
    .replaceAll("\n", " | ")
    .slice(0, 2_000)
    .replace(/[\p{Cc}\u2028\u2029]/gu, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
