import { Claim, ClaimState } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { standingOfClaim } from "./standing-of-claim.ts";

const us = { app: "web", appUid: "u1" };
const claim = (state: ClaimState, app = "blog", appUid = "u2"): Claim => Claim.fromPartial({ state, app, appUid });

test.each([
  ["none is free", undefined, "free"],
  ["our own is ours", claim(ClaimState.HELD, "web", "u1"), "ours"],
  ["our own that we have released is ours", claim(ClaimState.RELEASED, "web", "u1"), "ours"],
  ["that of our old name may be taken", claim(ClaimState.HELD, "old", "u1"), "open"],
  ["a released one may be taken", claim(ClaimState.RELEASED), "open"],
  ["a held one is another's", claim(ClaimState.HELD), "others"],
  ["a pending one is another's", claim(ClaimState.PENDING), "others"],
  ["one whose object is being deleted is another's", claim(ClaimState.ENDING), "others"],
  ["one from before there were states is another's", claim(ClaimState.UNSPECIFIED), "others"],
])("a claim: %s", (_title, found, standing) => {
  expect(standingOfClaim(found, us)).toBe(standing);
});
