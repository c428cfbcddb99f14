import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { ApiError } from "./api-error.ts";
import { startBehindProxy } from "./behind-proxy.fixture.ts";

const signal = AbortSignal.timeout(240_000);
const failuresOf = (ends: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));

describe.skipIf(!controlPlaneAvailable).each(["h2", "http/1.1"] as const)(
  "a proxy before a real kube-apiserver that speaks %s to us",
  { timeout: 60_000 },
  (protocol) => {
    test("and ends each connection after one request is asked some times, gets no write, and is told", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), protocol);
      const { apply, bound, proxy } = behind;
      proxy.limit(1);
      proxy.cut();
      proxy.reached.length = 0;
      const started = performance.now();
      const ends = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => apply(`vain-${index}`)));
      const failures = failuresOf(ends);
      expect(failures).toHaveLength(8);
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(ApiError);
        expect(failure).toMatchObject({
          errorClass: "CUT_SHORT",
          passing: true,
          message:
            "GET /api/v1/namespaces/kube-system failed (ConnectionsCutShort): each of 6 connections ended once it had been asked which cluster it leads to, so nothing more was sent",
        });
      }
      expect(performance.now() - started).toBeLessThan(5_000);
      // With HTTP/1.1 each of the eight has a connection of its own.
      expect(behind.questions()).toBeLessThanOrEqual(protocol === "h2" ? 7 : 56);
      // Whoever comes meanwhile is told the same, and nobody is asked.
      const asked = behind.questions();
      const watch = bound.transport.stream({ method: "GET", path: "/api/v1/configmaps?watch=1" }, signal);
      await expect(watch).rejects.toMatchObject({ errorClass: "CUT_SHORT" });
      await expect(apply("vain-again")).rejects.toMatchObject({ errorClass: "CUT_SHORT" });
      expect(behind.questions()).toBe(asked);
      expect(behind.writes()).toBe(0);
      // The remedy: it keeps connections open.
      proxy.limit(Infinity);
      await expect.poll(() => apply("vain-mended").then(() => "applied", String), { timeout: 10_000 }).toBe("applied");
      expect(behind.writes()).toBe(1);
    });

    test.each([2, 3, 7])("and ends each after %i requests lets all calls through", async (most) => {
      await using behind = await startBehindProxy(await sharedControlPlane(), protocol);
      const { apply, proxy } = behind;
      proxy.limit(most);
      proxy.cut();
      proxy.reached.length = 0;
      const ends = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => apply(`few-${index}`)));
      expect(failuresOf(ends)).toEqual([]);
      expect(behind.writes()).toBe(40);
      expect(behind.questions()).toBeLessThanOrEqual(60);
    });

    test("asks no more for a caller who has left", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), protocol);
      const { apply, proxy } = behind;
      const left = new AbortController();
      const why = new Error("left");
      proxy.limit(1);
      proxy.cut();
      proxy.reached.length = 0;
      proxy.say(() => {
        if (behind.questions() === 2) left.abort(why);
        return undefined;
      });
      await expect(apply("left", left.signal)).rejects.toBe(why);
      proxy.limit(Infinity);
      await apply("stays");
      expect(behind.questions()).toBeLessThanOrEqual(4);
      expect(behind.writes()).toBe(1);
    });
  },
);
