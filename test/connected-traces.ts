import type { RecordedSpan } from "@evenkeel/testing";

/** The spans that hang together with one span, over parents and links in either direction. */
export const connectedWith = (spans: readonly RecordedSpan[], start: RecordedSpan): ReadonlySet<RecordedSpan> => {
  const idOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;
  const neighbours = new Map<string, Set<string>>();
  const join = (a: string, b: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      neighbours.set(from, (neighbours.get(from) ?? new Set()).add(to));
  };
  for (const span of spans) {
    const own = idOf(span.traceId, span.spanId);
    if (span.parentSpanId !== "") join(own, idOf(span.traceId, span.parentSpanId));
    for (const link of span.links) join(own, idOf(link.traceId, link.spanId));
  }
  const reached = new Set([idOf(start.traceId, start.spanId)]);
  for (const id of reached) for (const next of neighbours.get(id) ?? []) reached.add(next);
  return new Set(spans.filter((span) => reached.has(idOf(span.traceId, span.spanId))));
};

/** Spans whose parent nobody exported. */
export const orphansOf = (spans: readonly RecordedSpan[]): readonly RecordedSpan[] => {
  const known = new Set(spans.map((span) => `${span.traceId}/${span.spanId}`));
  return spans.filter((span) => span.parentSpanId !== "" && !known.has(`${span.traceId}/${span.parentSpanId}`));
};
