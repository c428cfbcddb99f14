import { ApiError } from "@evenkeel/kube";
import type { KubeRequest, KubeResponse, KubeTransport } from "@evenkeel/kube";
import { systemClock } from "@evenkeel/machine";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { openLane } from "./cluster-lane.ts";

const signal = new AbortController().signal;
const get: KubeRequest = { method: "GET", path: "/api/v1/namespaces/a" };
const ok: KubeResponse = { status: 200, headers: {}, body: Buffer.from("{}") };
const refused = (): ApiError =>
  new ApiError("GET", { errorClass: "TRANSIENT", status: 0, reason: "ECONNREFUSED", message: "refused", causes: [] });

/** A lane to a cluster that answers as told; time runs twenty times as fast. */
const setUp = () => {
  let answer: (signal: AbortSignal) => Promise<KubeResponse> = async () => ok;
  let answers = 0;
  const clock = {
    ...systemClock,
    monotonic: () => systemClock.monotonic() * 20,
    sleep: (ms: number, until: AbortSignal) => systemClock.sleep(ms / 20, until),
  };
  const transport: KubeTransport = {
    request: (_call, until) => answer(until),
    stream: () => Promise.reject(refused()),
    async [Symbol.asyncDispose]() {},
  };
  const lane = openLane({
    cluster: "prod",
    clock,
    signal,
    onAnswer: () => void (answers += 1),
    probe: async (until) => void (await guarded.request(get, until)),
  });
  const guarded = lane.guard(transport);
  const hang = (until: AbortSignal): Promise<KubeResponse> =>
    new Promise((_, reject) => until.addEventListener("abort", () => reject(until.reason as Error)));
  return {
    lane,
    guarded,
    call: () => guarded.request(get, signal),
    answerWith: (next: typeof answer) => void (answer = next),
    hang,
    answers: () => answers,
  };
};

test("a cluster is fine once it has answered, and runs wait for that one behind another", async () => {
  const { lane, call } = setUp();
  expect(lane.isFine()).toBe(false);
  const ran: string[] = [];
  const first = Promise.withResolvers<void>();
  lane.enqueue("a", () => first.promise.then(() => void ran.push("a")));
  for (const key of ["b", "c", "b"]) lane.enqueue(key, async () => void ran.push(key));
  expect(ran).toEqual([]);
  await call();
  expect(lane.isFine()).toBe(true);
  await eventually(() => ran.length === 2);
  first.resolve();
  await eventually(() => ran.length === 3);
  expect(ran.toSorted()).toEqual(["a", "b", "c"]);
});

test("a cluster that refuses is given up once it refuses to answer for itself, is probed, and tells when it answers again", async () => {
  const { lane, call, answerWith, answers } = setUp();
  await call();
  answerWith(() => Promise.reject(refused()));
  await expect(call()).rejects.toThrow("refused");
  await eventually(() => lane.isSilent(), { intervalMs: 1 });
  expect(lane.isFine()).toBe(false);
  await expect(call()).rejects.toThrow(/cluster prod does not answer: .*refused/);
  answerWith(async () => ok);
  await eventually(() => answers() === 1);
  expect(lane.isFine()).toBe(true);
  expect(await call()).toBe(ok);
});

test("a cluster that hangs is doubted first, and then its open calls end", async () => {
  const { lane, call, answerWith, hang } = setUp();
  await call();
  const heard: string[] = [];
  using _doubt = lane.onDoubt(() => heard.push("doubted"));
  answerWith(hang);
  const open = [call(), call()].map((each) => expect(each).rejects.toThrow("cluster prod does not answer"));
  await eventually(() => heard.length === 1);
  await Promise.all(open);
  await expect(call()).rejects.toThrow("no answer for 5 s");
});

test("a cluster whose answers are slow is never given up, only taken a few runs at a time", async () => {
  const { lane, call, answerWith } = setUp();
  answerWith(async (until) => {
    await systemClock.sleep(100, until); // 2 s
    return ok;
  });
  expect(await call()).toBe(ok);
  expect(lane.isFine()).toBe(false);
  let [running, most] = [0, 0];
  const done: Promise<void>[] = [];
  for (let n = 0; n < 10; n += 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    done.push(promise);
    lane.enqueue(`${n}`, async () => {
      running += 1;
      most = Math.max(most, running);
      await call();
      running -= 1;
      resolve();
    });
  }
  await Promise.all(done);
  expect(most).toBe(4);
});

test("one call that hangs says nothing of a cluster that answers when it is asked, and is left to end by itself", async () => {
  const { lane, call, answerWith, hang, guarded } = setUp();
  await call();
  const doubts: string[] = [];
  using _doubt = lane.onDoubt(() => void doubts.push("doubt"));
  let isHung = false;
  answerWith((until) => {
    if (isHung) return Promise.resolve(ok);
    isHung = true;
    return hang(until);
  });
  const ending = new AbortController();
  const hung = guarded.request(get, ending.signal);
  await systemClock.sleep(12_000 / 20, signal);
  expect(lane.isFine()).toBe(true);
  expect(doubts).toEqual([]);
  ending.abort(new Error("the webhook gave up"));
  await expect(hung).rejects.toThrow("the webhook gave up");
  expect(lane.isFine()).toBe(true);
});

const failed = (reason: string): ApiError =>
  new ApiError("GET", { errorClass: "TRANSIENT", status: 0, reason, message: "late", causes: [] });

test.each(["NoPlace", "DeadlineExceeded", "ERR_HTTP2_STREAM_ERROR", "ApiProtocolError"])(
  "one call that ends with %s does not give up a cluster that answers when it is asked",
  async (reason) => {
    const { lane, call, answerWith } = setUp();
    await call();
    let asked = 0;
    answerWith(async () => {
      asked += 1;
      if (asked === 1) throw failed(reason);
      return ok;
    });
    await expect(call()).rejects.toThrow("late");
    await eventually(() => asked > 1 || reason === "NoPlace");
    expect(await call()).toBe(ok);
    expect(lane.isFine()).toBe(true);
  },
);

test("a cluster that is not heard within the deadline of any call is given up", async () => {
  const { lane, call, answerWith } = setUp();
  await call();
  answerWith(() => Promise.reject(failed("DeadlineExceeded")));
  await expect(call()).rejects.toThrow("late");
  await eventually(() => lane.isSilent());
});

test("a cluster is not given up for answers that came while this process was too busy to hear them", async () => {
  const { lane, call, answerWith } = setUp();
  await call();
  answerWith(async (until) => {
    await systemClock.sleep(50, until); // 1 s
    return ok;
  });
  const open = call();
  for (const until = performance.now() + 400; performance.now() < until;); // 8 s
  expect(await open).toBe(ok);
  expect(lane.isSilent()).toBe(false);
});
