import type { ApplyResult } from "@evenkeel/contracts";
import type { Reason } from "@evenkeel/words";

import type { AnchoredApp } from "../core/anchor/anchor-document.ts";

/** A run over a unit that ends before it writes anything (more): told as it says, and looked at again if time may help. */
export class RunHalted extends Error {
  override readonly name = "RunHalted";
  readonly result: ApplyResult;
  readonly reason: Reason;
  readonly again: boolean;
  /** What the cluster was last given, with SeqBehind. */
  readonly anchored: AnchoredApp | undefined;
  /** It let go of something that other units may wait for. */
  readonly opened: boolean;

  constructor(
    result: ApplyResult,
    reason: Reason,
    again: boolean,
    options: {
      readonly cause?: unknown;
      readonly anchored?: AnchoredApp | undefined;
      readonly opened?: boolean;
    } = {},
  ) {
    super(reason.message, "cause" in options ? { cause: options.cause } : undefined);
    this.anchored = options.anchored;
    this.opened = options.opened ?? false;
    this.result = result;
    this.reason = reason;
    this.again = again;
  }
}
