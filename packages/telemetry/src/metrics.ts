import type { Meter, ObservableGauge } from "@opentelemetry/api";

const fast = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Every instrument of ours: base units, bounded labels (never a revision, an object's name or text). */
export const metricTable = {
  storeFill: {
    kind: "observed",
    name: "evenkeel_bus_store_fill_ratio",
    labels: ["store"],
    help: "How full each stream and bucket of the bus is, 1 being its limit; a history stream may stay at 1.",
  },
  unitInfo: {
    kind: "observed",
    name: "evenkeel_unit_info",
    labels: ["cluster", "app", "sync_status", "health_status"],
    help: "State of each unit, always 1.",
  },
  commitToLive: {
    kind: "histogram",
    name: "evenkeel_commit_to_live_seconds",
    labels: ["cluster"],
    help: "Time from an accepted commit to every object of a unit written.",
  },
  stageDuration: {
    kind: "histogram",
    name: "evenkeel_stage_duration_seconds",
    labels: ["stage", "result"],
    help: "Time of one stage: fetch, render, compare, plan, apply, prune, wait.",
  },
  queueAge: {
    kind: "observed",
    name: "evenkeel_queue_age_seconds",
    labels: ["stage", "partition"],
    help: "Age of the oldest pending work.",
  },
  driftDetect: {
    kind: "histogram",
    name: "evenkeel_drift_detect_seconds",
    labels: ["cluster"],
    help: "Time from a watch event to the verdict.",
  },
  driftCorrect: {
    kind: "histogram",
    name: "evenkeel_drift_correct_seconds",
    labels: ["cluster"],
    help: "Time from the verdict to the corrected object.",
  },
  driftOpen: {
    kind: "observed",
    name: "evenkeel_drift_open",
    labels: ["cluster", "app", "policy"],
    help: "Open drift findings.",
  },
  drift: {
    kind: "counter",
    name: "evenkeel_drift_total",
    labels: ["cluster", "kind", "class"],
    help: "Drift findings by kind of object and class of actor: human, controller, webhook or unknown.",
  },
  apply: {
    kind: "counter",
    name: "evenkeel_apply_total",
    labels: ["cluster", "result"],
    help: "Runs over a unit by result.",
  },
  prune: {
    kind: "counter",
    name: "evenkeel_prune_total",
    labels: ["cluster", "result"],
    help: "Objects pruned, or parked.",
  },
  apiRequests: {
    kind: "counter",
    name: "evenkeel_api_requests_total",
    labels: ["cluster", "verb", "code"],
    help: "Requests to Kubernetes API servers.",
  },
  sourceAge: {
    kind: "observed",
    name: "evenkeel_source_age_seconds",
    labels: ["repository"],
    help: "Time since the last good check of a source.",
  },
  sourceRewrites: {
    kind: "counter",
    name: "evenkeel_source_rewrites_total",
    labels: ["repository"],
    help: "Rewritten histories that were refused.",
  },
  busRedeliveries: {
    kind: "counter",
    name: "evenkeel_bus_redeliveries_total",
    labels: ["consumer"],
    help: "Messages delivered more than once.",
  },
} as const satisfies Record<string, MetricRow>;

interface MetricRow {
  readonly kind: "counter" | "histogram" | "observed";
  readonly name: string;
  readonly labels: readonly string[];
  readonly help: string;
}

type Labels<R extends MetricRow> = Readonly<Record<R["labels"][number], string>>;

/** One value of an observed gauge. */
export interface Observation<R extends MetricRow> {
  readonly value: number;
  readonly labels: Labels<R>;
}

type Instrument<R extends MetricRow> = R["kind"] extends "counter"
  ? { add(value: number, labels: Labels<R>): void }
  : R["kind"] extends "histogram"
    ? { record(value: number, labels: Labels<R>): void }
    : { observe(read: () => Iterable<Observation<R>>): void };

export type Metrics = { readonly [K in keyof typeof metricTable]: Instrument<(typeof metricTable)[K]> };

type Series = { readonly value: number; readonly labels: Readonly<Record<string, string>> };

/** The SDK keeps a series it has seen: one that is no longer observed is set to 0, or a unit would stay in two states. */
const observed = (gauge: ObservableGauge) => {
  let last = new Map<string, Series>();
  return (read: () => Iterable<Series>): void =>
    gauge.addCallback((result) => {
      const now = new Map(Array.from(read(), (series) => [JSON.stringify(series.labels), series]));
      for (const [key, { labels }] of last) if (!now.has(key)) result.observe(0, labels);
      for (const { value, labels } of now.values()) result.observe(value, labels);
      last = now;
    });
};

const instrument = (meter: Meter, row: MetricRow): object => {
  const options = { description: row.help };
  switch (row.kind) {
    case "counter":
      return meter.createCounter(row.name, options);
    case "histogram":
      return meter.createHistogram(row.name, { ...options, advice: { explicitBucketBoundaries: fast } });
    case "observed":
      return { observe: observed(meter.createObservableGauge(row.name, options)) };
  }
};

/** The instruments of the table on one meter; observed gauges are read when scraped, a series that ended reads 0. */
export const createMetrics = (meter: Meter): Metrics =>
  Object.fromEntries(Object.entries(metricTable).map(([name, row]) => [name, instrument(meter, row)])) as Metrics;
