import { controlPlaneAvailable, sharedControlPlane } from "@evenkeel/testing";
import type { OwnWords, Words } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startBehindProxy } from "./behind-proxy.fixture.ts";
import { boundTo, connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import type { KubeCall } from "./transport.ts";
import { WHO } from "./who-is-asked.ts";

const forever = new AbortController().signal;
/** Says this to each question which cluster is there, and passes all else on. */
const toQuestions =
  (words: () => Words | Promise<Words | undefined> | undefined): OwnWords =>
  ({ path }) =>
    path === WHO.path ? words() : undefined;
const status = (code: number, reason: string, message: string): Words => ({
  status: code,
  body: JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }),
});
const namespace = (metadata: object): Words => ({ status: 200, body: JSON.stringify({ kind: "Namespace", metadata }) });
const manyApplies = (behind: Awaited<ReturnType<typeof startBehindProxy>>, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      behind.apply(`asked-${index}`).then(
        () => "applied" as const,
        (error: unknown) => error,
      ),
    ),
  );
const asked = "GET /api/v1/namespaces/kube-system failed";

describe.skipIf(!controlPlaneAvailable)(
  "a server that does not say which cluster it is, on a real kube-apiserver",
  { timeout: 60_000 },
  () => {
    test.each<[title: string, words: Words, error: object]>([
      [
        "a refusal",
        status(403, "Forbidden", "no"),
        { errorClass: "UNIDENTIFIED", message: `${asked} (Forbidden): no` },
      ],
      [
        "a namespace that is not there",
        status(404, "NotFound", "none"),
        { errorClass: "TRANSIENT", reason: "NotFound" },
      ],
      ["a page that is not there", { status: 404, body: "<html>" }, { errorClass: "TRANSIENT", reason: "NotFound" }],
      ["a fault", status(500, "InternalError", "etcd"), { errorClass: "TRANSIENT", reason: "InternalError" }],
      ["a fault without a status", { status: 500, body: "oops" }, { errorClass: "PROTOCOL" }],
      ["a gateway's fault", { status: 502, body: "bad gateway" }, { errorClass: "TRANSIENT" }],
      ["a conflict", status(409, "Conflict", "changed"), { errorClass: "PROTOCOL" }],
      ["a refusal of what was sent", status(422, "Invalid", "bad"), { errorClass: "PROTOCOL" }],
      ["what is gone", status(410, "Expired", "old"), { errorClass: "PROTOCOL" }],
      ["no JSON", { status: 200, body: "hello" }, { errorClass: "PROTOCOL" }],
      ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<html>" }, { errorClass: "PROTOCOL" }],
      ["a namespace without a UID", namespace({ name: "kube-system" }), { errorClass: "PROTOCOL" }],
      ["a UID that is no text", namespace({ name: "kube-system", uid: 7 }), { errorClass: "PROTOCOL" }],
      ["another namespace", namespace({ name: "default", uid: "u" }), { errorClass: "PROTOCOL" }],
      ["no map", { status: 200, body: "[]" }, { errorClass: "PROTOCOL" }],
      ["a way elsewhere", { status: 302, headers: { location: "/login" } }, { errorClass: "PROTOCOL" }],
    ])("by %s is asked once for many calls, which name the question, and nothing is sent", async (_, words, error) => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { proxy } = behind;
      proxy.say(toQuestions(() => words));
      proxy.cut();
      proxy.reached.length = 0;
      const ends = await manyApplies(behind, 40);
      for (const end of ends) expect(end).toMatchObject({ passing: true, ...error });
      for (const end of ends) expect(String(end)).toContain(asked);
      expect(behind.questions()).toBe(1);
      expect(behind.writes()).toBe(0);
      proxy.say(() => undefined);
      await expect
        .poll(() => behind.apply("asked-again").then(() => "applied", String), { timeout: 10_000 })
        .toBe("applied");
    });

    test("by nothing at all is told as that, not as a call of an object that hangs", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { bound, proxy } = behind;
      proxy.say(toQuestions(() => new Promise(() => undefined)));
      proxy.cut();
      proxy.reached.length = 0;
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "asked-hangs", namespace: "default" } };
      // What a call itself may take is counted from when it is sent.
      const call = bound.serverSideApply({ object, force: true, dryRun: false, answerMs: 100 }, forever);
      const late = bound.transport.request({ method: "GET", path: "/api/v1/configmaps", deadlineMs: 500 }, forever);
      await expect(late).rejects.toMatchObject({
        reason: "NoAnswer",
        message: `${asked} (NoAnswer): it did not say within 500 ms which cluster it is, so nothing more was sent`,
      });
      await expect(call).rejects.toMatchObject({
        errorClass: "TRANSIENT",
        reason: "NoAnswer",
        message: `${asked} (NoAnswer): it did not say within 10000 ms which cluster it is, so nothing more was sent`,
      });
      expect(behind.questions()).toBe(1);
      expect(behind.writes()).toBe(0);
    });

    test("leaves nobody waiting who has left, and fails nobody else for that", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { apply, proxy } = behind;
      const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
      proxy.say(
        toQuestions(() => {
          reached.resolve();
          return goOn.promise;
        }),
      );
      proxy.cut();
      proxy.reached.length = 0;
      const first = new AbortController();
      const why = new Error("the first one leaves");
      // It is the one who asked.
      const leaves = apply("leaves", first.signal);
      await reached.promise;
      const stay = ["stays-1", "stays-2", "stays-3"].map((name) => apply(name));
      first.abort(why);
      await expect(leaves).rejects.toBe(why);
      expect(behind.questions()).toBe(1);
      goOn.resolve(undefined);
      await Promise.all(stay);
      expect(behind.questions()).toBe(1);
      expect(behind.writes()).toBe(3);
    });

    test("by 429 pauses the question for all kinds of call, and they go on after it", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { apply, bound, kube, proxy } = behind;
      const busy = { ...status(429, "TooManyRequests", "busy"), headers: { "retry-after": "1" } };
      let times = 0;
      proxy.say(toQuestions(() => ((times += 1) <= 2 ? busy : undefined)));
      proxy.cut();
      proxy.reached.length = 0;
      const started = performance.now();
      const read = (kind: string) => bound.listAll({ group: "", kind }, { namespace: "default" }, forever);
      const all = Promise.all([apply("busy-1"), apply("busy-2"), read("Secret"), read("Service"), read("ConfigMap")]);
      // Whoever does not care which cluster it is does not wait.
      await kube.listAll({ group: "", kind: "ConfigMap" }, { namespace: "default" }, forever);
      expect(performance.now() - started).toBeLessThan(1_000);
      await all;
      expect(performance.now() - started).toBeGreaterThanOrEqual(2_000);
      expect(behind.questions()).toBe(3);
    });

    test("by a 429 that asks for more time than a call has is told at once, as the question's", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { bound, proxy } = behind;
      proxy.say(toQuestions(() => ({ ...status(429, "TooManyRequests", "busy"), headers: { "retry-after": "60" } })));
      proxy.cut();
      proxy.reached.length = 0;
      const started = performance.now();
      for (const path of ["/api/v1/configmaps", "/api/v1/secrets", "/api/v1/services"])
        await expect(bound.transport.request({ method: "GET", path }, forever)).rejects.toMatchObject({
          errorClass: "THROTTLED",
          status: 429,
          retryAfterMs: 60_000,
          message: `${asked} (TooManyRequests): busy`,
        });
      const stream = bound.transport.stream({ method: "GET", path: "/api/v1/configmaps?watch=1" }, forever);
      await expect(stream).rejects.toMatchObject({ errorClass: "THROTTLED", retryAfterMs: 60_000 });
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(proxy.reached.map(({ path }) => path)).toEqual([WHO.path]);
    });

    test("by 401 is asked again once with new credentials, and told as theirs", async () => {
      await using behind = await startBehindProxy(await sharedControlPlane(), "h2");
      const { apply, proxy } = behind;
      let times = 0;
      proxy.say(toQuestions(() => ((times += 1) === 1 ? status(401, "Unauthorized", "who") : undefined)));
      proxy.cut();
      await apply("anew");
      expect(times).toBe(2);
      proxy.say(toQuestions(() => status(401, "Unauthorized", "who")));
      proxy.cut();
      await expect(apply("anew")).rejects.toMatchObject({
        errorClass: "AUTH",
        message: `${asked} (Unauthorized): who`,
      });
    });
  },
);

describe.skipIf(!controlPlaneAvailable)("whoever may not read kube-system any more", { timeout: 60_000 }, () => {
  const name = "reads-kube-system";
  const rbac = "rbac.authorization.k8s.io";
  const role = (rules: readonly object[]) => ({
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata: { name },
    rules,
  });
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
    subjects: [{ apiGroup: rbac, kind: "User", name }],
  };
  const configMaps = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "patch", "create"] };
  const namespace = { apiGroups: [""], resources: ["namespaces"], resourceNames: ["kube-system"], verbs: ["get"] };

  test("is told so, in the server's words, and goes on once the right is granted again", async () => {
    const plane = await sharedControlPlane();
    await using admin = await connectKube(await loadKubeconfig(plane.kubeconfigPath), {}, forever);
    const write = (object: object) =>
      admin.serverSideApply({ object: object as never, force: true, dryRun: false }, forever);
    await write(role([configMaps, namespace]));
    await write(binding);
    const { kubeconfigPath } = await plane.user(name);
    const calls: KubeCall[] = [];
    const connect = async () => {
      const kube = await connectKube(await loadKubeconfig(kubeconfigPath), { observe: (c) => calls.push(c) }, forever);
      return kube;
    };
    await using before = await connect();
    await expect.poll(() => before.clusterUid(forever).catch(() => ""), { timeout: 10_000 }).not.toBe("");
    const bound = boundTo(await connect(), await before.clusterUid(forever));
    await write(role([configMaps]));
    const isRefused = async () => (await before.transport.request(WHO, forever)).status === 403;
    await expect.poll(isRefused, { timeout: 10_000 }).toBe(true);
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } };
    calls.length = 0;
    const apply = () => bound.serverSideApply({ object, force: true, dryRun: false }, forever);
    await expect(apply()).rejects.toMatchObject({
      errorClass: "UNIDENTIFIED",
      status: 403,
      message: `${asked} (Forbidden): namespaces "kube-system" is forbidden: User "${name}" cannot get resource "namespaces" in API group "" in the namespace "kube-system"`,
    });
    expect(calls.map(({ path }) => path)).toEqual([WHO.path]);
    // What the remedy says is enough.
    await write(role([configMaps, namespace]));
    await expect.poll(() => apply().then(() => "applied", String), { timeout: 10_000 }).toBe("applied");
    await bound[Symbol.asyncDispose]();
  });
});
