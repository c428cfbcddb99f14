import { describe, expect, it } from "vitest";

import type { AdmissionReview } from "./hooks.ts";
import { CONFIG_MAPS, asker, configMap } from "./testing/ask.ts";

describe("a mutating hook", () => {
  it("is gone once it is taken away", async () => {
    const { ask, cluster } = asker();
    const remove = cluster.mutate({ name: "no.example.com", review: () => ({ message: "no" }) });
    expect((await ask("POST", CONFIG_MAPS, configMap("a"))).status).toBe(400);
    remove();
    expect((await ask("POST", CONFIG_MAPS, configMap("a"))).status).toBe(201);
  });
});

describe("a validating hook", () => {
  it("is told of each operation with old and new, and cannot change either", async () => {
    const { ask, cluster } = asker();
    const seen: AdmissionReview[] = [];
    cluster.validate({
      name: "v.example.com",
      review: (review) => {
        seen.push(review);
        if (review.object !== undefined) review.object["data"] = { changed: "yes" };
        return undefined;
      },
    });
    await ask("POST", CONFIG_MAPS, configMap("a"));
    const put = await ask("PUT", `${CONFIG_MAPS}/a`, configMap("a", {}, { a: "2" }));
    await ask("DELETE", `${CONFIG_MAPS}/a`);
    expect(put.body["data"]).toEqual({ a: "2" });
    expect(seen.map(({ operation }) => operation)).toEqual(["CREATE", "UPDATE", "DELETE"]);
    expect(seen[1]?.oldObject?.["data"]).toEqual({ a: "1" });
    expect(seen[2]?.object).toBeUndefined();
  });
});
