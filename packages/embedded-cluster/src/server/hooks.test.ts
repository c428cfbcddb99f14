import { describe, expect, it } from "vitest";

import type { AdmissionReview } from "./hooks.ts";
import { APPLY, CONFIG_MAPS, asker, configMap } from "./testing/ask.ts";

describe("a mutating hook", () => {
  it("changes what is stored without owning it", async () => {
    const { ask, cluster } = asker();
    cluster.mutate({
      name: "label.example.com",
      review: ({ object }) => {
        if (object !== undefined) object.metadata["labels"] = { hooked: "yes" };
        return undefined;
      },
    });
    const { body } = await ask("PATCH", `${CONFIG_MAPS}/a?fieldManager=m`, configMap("a"), APPLY);
    expect(body["metadata"]).toMatchObject({ labels: { hooked: "yes" } });
    expect(JSON.stringify(body["metadata"])).not.toContain("f:hooked");
  });

  it("is gone once it is taken away", async () => {
    const { ask, cluster } = asker();
    const remove = cluster.mutate({ name: "no.example.com", review: () => ({ message: "no" }) });
    expect((await ask("POST", CONFIG_MAPS, configMap("a"))).status).toBe(400);
    remove();
    expect((await ask("POST", CONFIG_MAPS, configMap("a"))).status).toBe(201);
  });
});

describe("a validating hook", () => {
  it.each([
    [{ message: "no", code: 403 }, 403, 'admission webhook "v.example.com" denied the request: no'],
    [{ message: "" }, 400, 'admission webhook "v.example.com" denied the request without explanation'],
    [
      { message: "gone", kind: "unavailable" as const },
      500,
      'Internal error occurred: failed calling webhook "v.example.com": gone',
    ],
  ])("refuses with %o", async (denial, status, message) => {
    const { ask, cluster } = asker();
    cluster.validate({ name: "v.example.com", review: () => denial });
    const answer = await ask("POST", CONFIG_MAPS, configMap("a"));
    expect(answer.status).toBe(status);
    expect(answer.body["message"]).toBe(message);
    expect((await ask("GET", `${CONFIG_MAPS}/a`)).status).toBe(404);
  });

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
