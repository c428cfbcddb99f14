import { flows } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import type { WatchedSources } from "./poll/watch-sources.ts";

/** A replica got a verified webhook for a source that is looked at here: look now. Losing it costs one interval. */
export const onRefreshHint = ({ bus }: Deps, watched: WatchedSources, signal: AbortSignal): void =>
  bus.onHint(flows.refreshHint, ({ source }) => watched.get(source)?.bell.ring("hint"), signal);
