import {
  DriftItem,
  DriftPolicy,
  Finding,
  GetTraceResponse,
  Health,
  HistoryBeginning,
  HistoryItem,
  ResolvedBy,
  SourceStatus,
  Sync,
  UnitStatus,
  Verdict,
} from "@evenkeel/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ago, serveStub } from "./stub-server.fixture.ts";
import type { StubServer } from "./stub-server.fixture.ts";

type PartialStatus = Parameters<typeof UnitStatus.fromPartial>[0];
const revision = `3f9c2ab${"0".repeat(33)}`;
const unit = (cluster: string, app: string, over: PartialStatus = {}): UnitStatus =>
  UnitStatus.fromPartial({
    unit: { cluster, app },
    sync: Sync.SYNCED,
    health: Health.HEALTHY,
    ref: "main",
    revision,
    desiredRevision: revision,
    liveSince: ago(14 * 60 + 3),
    source: "shop-config",
    path: "apps/web/overlays/prod",
    objectCount: 7,
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    ...over,
  });

const now = ago(0);
const exported = "hub.3/1-40.jsonl";
/** What the history of the units of prod-us begins with. */
let sealed = HistoryBeginning.fromPartial({});

const web = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
const replicas = Finding.fromPartial({
  ref: web,
  verdict: Verdict.DRIFT,
  fields: [{ path: "spec.replicas", desired: "3", live: "5" }],
  managers: [{ name: "kubectl-edit", operation: "Update", time: ago(41) }],
  onset: ago(40.98),
});
const certificate = Finding.fromPartial({
  ref: { group: "", kind: "Secret", namespace: "shop", name: "web-tls" },
  verdict: Verdict.DRIFT,
  fields: [{ path: "data.tls.crt", desired: "(secret)", live: "(secret)" }],
  managers: [{ name: "openssl" }],
  onset: ago(300),
});
const drifted = unit("prod-eu", "web", {
  sync: Sync.OUT_OF_SYNC,
  drift: 2,
  author: "Ana <ana@example.org>",
  subject: "raise replicas",
});
const refused = unit("prod-us", "web", {
  sync: Sync.UNKNOWN,
  liveSince: ago(13 * 60),
  desiredRevision: `77aa00b${"0".repeat(33)}`,
  reason: {
    code: "YamlRefused",
    message: "apps/web/web.yaml:3:1: a tab is no indentation\nsecond \u001b[31mline",
    remedy: "Mend the file.",
  },
});
const units = [unit("prod-eu", "api", { health: Health.PROGRESSING }), drifted, refused];

describe("golden screens", () => {
  let server: StubServer;
  beforeAll(async () => {
    server = await serveStub({
      // Two pages, to be put together.
      listUnits: async ({ app, pageToken }) => {
        const all = units.filter((status) => app === "" || status.unit?.app === app);
        return app === "" && pageToken === ""
          ? { units: all.slice(0, 1), nextPageToken: "more", total: all.length }
          : { units: app === "" ? all.slice(1) : all, total: all.length };
      },
      getUnit: async ({ cluster }) =>
        cluster === "prod-us" ? { unit: refused } : { unit: drifted, drift: [replicas, certificate] },
      listDrift: async ({ endedSince }) => ({
        items: [
          ...[replicas, certificate].map((finding) => ({ unit: drifted.unit!, finding, policy: DriftPolicy.REPORT })),
          ...(endedSince === undefined
            ? []
            : [
                {
                  unit: drifted.unit!,
                  finding: { ...replicas, onset: ago(602.5) },
                  policy: DriftPolicy.CORRECT,
                  endedAt: ago(602.1),
                  endedBy: ResolvedBy.CORRECTED,
                },
              ]),
        ].map((item) => DriftItem.fromPartial(item)),
      }),
      listSources: async () => ({
        sources: [
          SourceStatus.fromPartial({
            source: "_fleet",
            revision,
            gitRef: "refs/heads/main",
            url: "https://git.example.org/fleet.git",
            acceptedAt: ago(7200),
            condition: { checkedAt: ago(5) },
          }),
          SourceStatus.fromPartial({
            source: "shop-config",
            revision,
            gitRef: "refs/heads/main",
            acceptedAt: ago(840),
            condition: { hold: { reason: { code: "HistoryRewritten", message: "main was rewritten" } } },
          }),
        ],
      }),
      getTrace: async () =>
        GetTraceResponse.fromPartial({
          ref: web,
          unit: { ...drifted, observedAt: ago(14 * 60 + 20) },
          objectDigest: `sha256:02aa41${"0".repeat(58)}`,
          drift: replicas,
          policy: DriftPolicy.REPORT,
          commitToLiveMs: 900n,
          renderMs: 200n,
          applyMs: 400n,
          healthyMs: 17_300n,
        }),
      getHistory: async ({ cluster }) => ({
        beginning: cluster === "prod-us" ? sealed : undefined,
        items: [
          HistoryItem.fromPartial({
            version: { fleet: 3n, selection: 3n, sources: [{ source: "shop", seq: 9n }], tools: 1n },
            revision,
            result: "corrected",
            writes: [{ ref: web, verb: "correct", result: "done" }],
            writeCount: 1,
            startedAt: ago(41.1),
            endedAt: ago(41),
            author: "Ana <ana@example.org>",
            subject: "raise replicas",
            ledger: "hub.3/44",
            drift: [{ ...replicas, onset: ago(42.5) }],
          }),
          HistoryItem.fromPartial({
            version: { fleet: 3n, selection: 3n, sources: [{ source: "shop", seq: 9n }], tools: 1n },
            revision,
            result: "applied",
            writes: [
              {
                ref: web,
                verb: "update",
                result: "done",
                taken: [{ path: "spec.paused", manager: "kubectl-edit", before: "true", after: "" }],
                takenCount: 3,
              },
              { ref: web, verb: "create", result: "done" },
              { ref: web, verb: "update", result: "done" },
            ],
            writeCount: 3,
            startedAt: ago(840.4),
            endedAt: ago(840),
            author: "Ana <ana@example.org>",
            subject: "raise replicas",
            ledger: "hub.3/41",
          }),
          HistoryItem.fromPartial({ result: "open", writeCount: 40, startedAt: ago(7200), ledger: "hub.3/12" }),
        ],
      }),
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([
    [
      "get units",
      0,
      `CLUSTER  APP  SYNC       HEALTH       REVISION      DRIFT  AGE
prod-eu  api  Synced     Progressing  main@3f9c2ab  0      14m
prod-eu  web  OutOfSync  Healthy      main@3f9c2ab  2      14m
prod-us  web  Unknown    Healthy      main@3f9c2ab  0      13m
`,
    ],
    [
      "get units -o wide",
      0,
      `CLUSTER  APP  SYNC       HEALTH       REVISION      DRIFT  AGE  REPOSITORY   DESIRED       REASON       MESSAGE
prod-eu  api  Synced     Progressing  main@3f9c2ab  0      14m  shop-config  main@3f9c2ab  -            -
prod-eu  web  OutOfSync  Healthy      main@3f9c2ab  2      14m  shop-config  main@3f9c2ab  -            -
prod-us  web  Unknown    Healthy      main@3f9c2ab  0      13m  shop-config  main@77aa00b  YamlRefused  apps/web/web.yaml:3:1: a tab is no indentation second  [31mline
`,
    ],
    ["get units -o name", 0, "unit/api@prod-eu\nunit/web@prod-eu\nunit/web@prod-us\n"],
    [
      "get unit web@prod-us --no-headers",
      0,
      `prod-us  web  Unknown  Healthy  main@3f9c2ab  0  13m

Reason      YamlRefused: apps/web/web.yaml:3:1: a tab is no indentation second  [31mline
Remedy      Mend the file.
`,
    ],
    [
      "get drift",
      0,
      `CLUSTER  APP  OBJECT               FIELD          MANAGER       POLICY  AGE
prod-eu  web  Deployment shop/web  spec.replicas  kubectl-edit  report  40s
prod-eu  web  Secret shop/web-tls  data.tls.crt   openssl       report  5m
`,
    ],
    [
      "get drift --since 1h --no-headers",
      0,
      `prod-eu  web  Deployment shop/web  spec.replicas  kubectl-edit  report   3         5         40s   open       40s
prod-eu  web  Secret shop/web-tls  data.tls.crt   openssl       report   (secret)  (secret)  5m    open       5m
prod-eu  web  Deployment shop/web  spec.replicas  kubectl-edit  correct  3         5         0.4s  corrected  10m
`,
    ],
    ["get drift -o name", 0, "deployment.apps/web\nsecret/web-tls\n"],
    [
      "get repositories -o wide",
      0,
      `NAME         REF   ACCEPTED  READY  AGE  URL                                CHECKED  MESSAGE
_fleet       main  3f9c2ab   True   2h   https://git.example.org/fleet.git  5s       -
shop-config  main  3f9c2ab   False  14m  -                                  -        main was rewritten
`,
      "Repository shop-config is not followed: main was rewritten\n",
    ],
    [
      "history web@prod-eu",
      0,
      `SEQ  REVISION  RESULT     WRITES              TOOK  BY            CHANGE                                                                      AGE
9    3f9c2ab   corrected  1 correct           0.1s  kubectl-edit  spec.replicas 3 -> 5, for 1.5s                                              41s
9    3f9c2ab   applied    2 update, 1 create  0.4s  Ana           raise replicas; took spec.paused of kubectl-edit true -> absent and 2 more  14m
-    -         open       40                  -     -             -                                                                           2h
`,
    ],
    [
      "history web@prod-eu -o wide --no-headers",
      0,
      `9  3f9c2ab  corrected  1 correct           0.1s  kubectl-edit  spec.replicas 3 -> 5, for 1.5s                                              41s  Deployment shop/web                                            hub.3/44  -
9  3f9c2ab  applied    2 update, 1 create  0.4s  Ana           raise replicas; took spec.paused of kubectl-edit true -> absent and 2 more  14m  Deployment shop/web, Deployment shop/web, Deployment shop/web  hub.3/41  -
-  -        open       40                  -     -             -                                                                           2h   40 more                                                        hub.3/12  -
`,
    ],
    [
      "trace deployment/web -n shop --cluster prod-eu --trace-url https://traces.example.org/trace/",
      0,
      `Object    Deployment shop/web on prod-eu              desired sha256:02aa41...
Unit      web@prod-eu   path apps/web/overlays/prod   policy report
Revision  main@3f9c2ab "raise replicas" by Ana, seen 14m ago, live after 18.2s (render 0.2  apply 0.4  healthy 17.3)
Drift     spec.replicas 3 -> 5 by kubectl-edit, 41s ago, seen after 0.02s
Trace     https://traces.example.org/trace/4bf92f3577b34da6a3ce929d0e0e4736
`,
    ],
    [
      "diff web@prod-eu",
      1,
      `Deployment shop/web    spec.replicas: desired 3, live 5 (kubectl-edit)
Secret shop/web-tls    data.tls.crt: (secret, differs)
2 objects differ, 5 same
`,
    ],
  ])("evenkeel %s", async (line, code, out, err = "") => expect(await server.run(line)).toEqual({ code, out, err }));

  it("prints protobuf JSON of the reply, pages put together", async () => {
    const { code, out } = await server.run("get units -o json");
    const reply = JSON.parse(out) as { units: { unit: object; sync: string; liveSince: string }[]; total: number };
    expect([code, reply.total, reply.units.length]).toEqual([0, 3, 3]);
    expect(reply.units[1]).toMatchObject({
      unit: { cluster: "prod-eu", app: "web" },
      sync: "SYNC_OUT_OF_SYNC",
      liveSince: "2026-11-22T11:45:57.000Z",
    });
  });

  it("prints the same as YAML, every doubtful string in quotes", async () => {
    const { out } = await server.run("get repositories -o yaml");
    expect(out).toContain('sources:\n- source: _fleet\n  revision: "3f9c2ab');
    expect(out).toContain("    hold:\n      reason:\n        code: HistoryRewritten\n");
  });

  it("finds the one cluster of a unit by itself, and asks where there are several", async () => {
    expect((await server.run("history api")).code).toBe(0);
    expect(await server.run("history web")).toEqual({
      code: 2,
      out: "",
      err: "evenkeel: web runs on 2 clusters: web@prod-eu, web@prod-us; name one\n",
    });
  });

  it.each([
    [exported, "were exported, the newest to hub.3/1-40.jsonl of the applier's EVENKEEL_LEDGER_EXPORT_DIR"],
    ["", "were let go; the applier keeps them where EVENKEEL_LEDGER_EXPORT_DIR is set"],
  ])("says where the history begins and what became of the rest", async (file, words) => {
    sealed = HistoryBeginning.fromPartial({ chain: "hub.3", before: 40n, at: now, file });
    const { err, out } = await server.run("history web@prod-us");
    expect(out).toMatch(/^SEQ /);
    const what = `entries up to 40 of ledger chain hub.3, until ${now.toISOString()},`;
    expect(err).toBe(`only the last earlier runs are told: ${what} ${words}\n`);
    const json = await server.run("history web@prod-us -o json");
    expect(json.err).toBe("");
    expect(JSON.parse(json.out)).toMatchObject({ beginning: { chain: "hub.3", before: "40" } });
  });

  it("says what it cannot compare with exit code 2", async () => {
    const { code, err } = await server.run("diff web@prod-us");
    expect(code).toBe(2);
    expect(err).toContain("web@prod-us is at main@3f9c2ab, desired is main@77aa00b\n");
    expect(err).toContain("web@prod-us could not be compared: apps/web/web.yaml:3:1");
  });
});
