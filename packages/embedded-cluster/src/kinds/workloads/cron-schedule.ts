interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/** What is wrong with a cron schedule in the words of the server's parser (robfig/cron, five fields); undefined when all is well. */
export const scheduleProblem = (schedule: string): string | undefined => {
  let spec = schedule;
  const zone = /^(?:CRON_)?TZ=(\S*)/.exec(schedule);
  if (zone !== null) {
    if (!schedule.includes(" ")) return "invalid schedule format: runtime error: slice bounds out of range [:-1]";
    const [, name = ""] = zone;
    if (!isTimeZone(name)) return `provided bad location ${name}: unknown time zone ${name}`;
    spec = schedule.slice(schedule.indexOf(" ")).trim();
  }
  if (spec === "" && zone === null) return "empty spec string";
  if (spec.startsWith("@")) return descriptorProblem(spec);
  const fields = spec.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  for (const [index, bounds] of FIELDS.entries())
    for (const range of (fields[index] ?? "").split(",").filter((part) => part !== "")) {
      const problem = rangeProblem(range, bounds);
      if (problem !== undefined) return problem;
    }
  return undefined;
};

/** A name of the IANA data base. */
export const isTimeZone = (name: string): boolean => {
  if (name === "" || name === "UTC" || name === "Local") return true;
  if (/^[+-]/.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return known.toLowerCase() !== name.toLowerCase() || known === name;
  } catch {
    return false;
  }
};

const descriptorProblem = (descriptor: string): string | undefined => {
  if (DESCRIPTORS.includes(descriptor)) return undefined;
  if (!descriptor.startsWith("@every ")) return `unrecognized descriptor: ${descriptor}`;
  const duration = descriptor.slice("@every ".length);
  return /^[+-]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(duration)
    ? undefined
    : `failed to parse duration ${descriptor}: time: invalid duration ${JSON.stringify(duration)}`;
};

const numberOf = (text: string, { names }: Bounds): number | string => {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0 && text !== "") return named;
  if (!/^[+-]?[0-9]+$/.test(text))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text);
};

const rangeProblem = (range: string, bounds: Bounds): string | undefined => {
  const [span = "", ...steps] = range.split("/");
  const limits = span.split("-");
  const [low = "", high] = limits;
  let [start, end] = [bounds.min, bounds.max];
  if (low !== "*" && low !== "?") {
    const first = numberOf(low, bounds);
    if (typeof first === "string") return first;
    if (limits.length > 2) return `too many hyphens: ${range}`;
    const last = high === undefined ? first : numberOf(high, bounds);
    if (typeof last === "string") return last;
    [start, end] = [first, last];
  }
  if (steps.length > 1) return `too many slashes: ${range}`;
  const step = steps[0] === undefined ? 1 : numberOf(steps[0], { ...bounds, names: [] });
  if (typeof step === "string") return step;
  if (steps.length === 1 && limits.length === 1) end = bounds.max;
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${range}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return step === 0 ? `step of range should be a positive number: ${range}` : undefined;
};
