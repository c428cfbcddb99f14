/** One thing that is going to happen. */
export interface Event {
  /** Virtual milliseconds. */
  readonly dueMs: number;
  /** Between those of one time: by chance, then by order. */
  readonly tie: number;
  readonly order: number;
  readonly happen: () => void;
  isCancelled: boolean;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.dueMs !== b.dueMs ? a.dueMs < b.dueMs : a.tie !== b.tie ? a.tie < b.tie : a.order < b.order;

/** What happens next, of many. */
export interface EventHeap {
  readonly size: number;
  push(event: Event): void;
  /** Takes the next that is not cancelled away. */
  pop(): Event | undefined;
  /** When that is. */
  nextMs(): number | undefined;
}

export const createEventHeap = (): EventHeap => {
  const heap: Event[] = [];
  const at = (index: number): Event => heap[index] as Event;
  const sink = (from: number): void => {
    const event = at(from);
    let here = from;
    for (;;) {
      let child = 2 * here + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child += 1;
      if (!isBefore(at(child), event)) break;
      heap[here] = at(child);
      here = child;
    }
    heap[here] = event;
  };
  const takeFirst = (): Event | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    sink(0);
    return first;
  };
  const dropCancelled = (): void => {
    while (heap[0]?.isCancelled === true) takeFirst();
  };
  return {
    get size() {
      return heap.length;
    },
    push: (event) => {
      let here = heap.push(event) - 1;
      while (here > 0) {
        const parent = (here - 1) >> 1;
        if (!isBefore(event, at(parent))) break;
        heap[here] = at(parent);
        here = parent;
      }
      heap[here] = event;
    },
    pop: () => {
      dropCancelled();
      return takeFirst();
    },
    nextMs: () => {
      dropCancelled();
      return heap[0]?.dueMs;
    },
  };
};
