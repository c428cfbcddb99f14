import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import type { Choices } from "./choices.ts";

type Make = (choose: Choices) => Value | undefined;

/** A map of some of the keys, each made anew; a key is left out where nothing is made. */
const some = (choose: Choices, makers: Readonly<Record<string, Make>>, probability = 0.5): ValueMap => {
  const out: ValueMap = {};
  for (const key of choose.someOf(Object.keys(makers), probability)) {
    const value = makers[key]?.(choose);
    if (value !== undefined) out[key] = value;
  }
  return out;
};

const word: Make = (choose) => choose.oneOf(["x", "y", "z", ""]);
const words =
  (keys: readonly string[]): Make =>
  (choose) =>
    some(choose, Object.fromEntries(keys.map((key) => [key, word])));
const orOdd =
  (make: Make, odd: readonly Value[]): Make =>
  (choose) =>
    choose.chance(0.08) ? choose.oneOf(odd) : make(choose);

const metadata = (choose: Choices, name: string): ValueMap => ({
  name,
  namespace: "default",
  ...some(
    choose,
    {
      labels: orOdd(words(["a", "b"]), [null, {}]),
      annotations: orOdd(words(["n", "m"]), [null, {}]),
      finalizers: (c) => c.someOf(["e.io/one", "e.io/two"], 0.4),
    },
    0.3,
  ),
});

export const configMap = (choose: Choices, name: string): LiveObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(choose, name),
  ...some(
    choose,
    {
      data: orOdd(words(["a", "b", "c", "d.e"]), [null, {}]),
      binaryData: (c) => ({ bin: c.oneOf(["AA==", "AQ==", ""]) }),
    },
    0.7,
  ),
});

const env: Make = (choose) =>
  choose.someOf(["A", "B", "C", "D"], 0.5).map((name) => ({ name, ...some(choose, { value: word }, 0.8) }));
const port: Make = (choose) => ({
  containerPort: choose.oneOf([80, 443]),
  ...some(choose, { protocol: (c) => c.oneOf(["TCP", "UDP"]), name: (c) => c.oneOf(["p", "q"]) }, 0.3),
});
const container = (choose: Choices, name: string): ValueMap => ({
  name,
  ...some(choose, { image: (c) => c.oneOf(["img:1", "img:2"]) }, 0.9),
  ...some(
    choose,
    {
      env: orOdd(env, [null, []]),
      ports: (c) => (c.chance(0.5) ? [port(c) as Value] : [port(c) as Value, port(c) as Value]),
      args: (c) => c.someOf(["1", "2"], 0.7),
      resources: orOdd(
        (c) => ({ limits: some(c, { cpu: (d) => d.oneOf(["1", "1000m", "2"]), memory: () => "1Gi" }) }),
        [{}, null],
      ),
      securityContext: orOdd((c) => some(c, { runAsUser: (d) => d.below(3), privileged: (d) => d.chance(0.5) }), [{}]),
      volumeMounts: (c) => c.someOf(["/a", "/b"], 0.6).map((mountPath) => ({ mountPath, name: "v" })),
    },
    0.35,
  ),
});

export const deployment = (choose: Choices, name: string): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: metadata(choose, name),
  spec: {
    selector: { matchLabels: { app: "w" } },
    ...some(
      choose,
      {
        replicas: orOdd((c) => c.below(3), [null]),
        paused: (c) => c.chance(0.5),
        strategy: orOdd((c) => ({ rollingUpdate: some(c, { maxSurge: (d) => d.oneOf([1, "25%", 2]) }) }), [{}, null]),
        revisionHistoryLimit: (c) => c.below(2),
      },
      0.3,
    ),
    template: {
      metadata: { labels: { app: "w", ...(words(["t"])(choose) as ValueMap) } },
      spec: {
        volumes: [{ name: "v", emptyDir: {} }],
        containers: choose.someOf(["c1", "c2", "c3"], 0.7).map((each) => container(choose, each)),
        ...some(
          choose,
          {
            nodeSelector: orOdd(words(["k", "l"]), [{}]),
            tolerations: (c) => c.someOf(["x", "y"], 0.5).map((key) => ({ key, operator: "Exists" })),
            imagePullSecrets: (c) => c.someOf(["s1", "s2"], 0.5).map((secret) => ({ name: secret })),
            hostAliases: (c) => c.someOf(["1.1.1.1", "2.2.2.2"], 0.5).map((ip) => ({ ip, hostnames: ["h"] })),
          },
          0.25,
        ),
      },
    },
  },
});

/** Two variables of one name, which the server lets a writer store. */
export const doubleItems = (choose: Choices, object: LiveObject): void => {
  const containers = (((object["spec"] as ValueMap)["template"] as ValueMap)["spec"] as ValueMap)[
    "containers"
  ] as ValueMap[];
  const [first] = containers;
  if (first === undefined) return;
  const twice = { name: "A", value: choose.oneOf(["x", "y"]) };
  first["env"] = choose.oneOf<Value>([[twice, twice], [twice, { name: "A", value: "z" }, { name: "B" }], [twice]]);
};

export const service = (choose: Choices, name: string): LiveObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(choose, name),
  spec: {
    clusterIP: "None",
    ...some(
      choose,
      {
        selector: orOdd(words(["s", "t"]), [{}, null]),
        ports: (c) =>
          c.someOf([80, 443, 53], 0.6).map((number) => ({
            port: number,
            name: `p${number}`,
            ...some(
              c,
              {
                protocol: (d) => d.oneOf(["TCP", "UDP"]),
                targetPort: (d) => d.oneOf<Value>([8080, "web"]),
                appProtocol: word,
              },
              0.3,
            ),
          })),
        externalIPs: (c) => c.someOf(["1.2.3.4", "2.3.4.5"], 0.5),
        sessionAffinity: (c) => c.oneOf(["None", "ClientIP"]),
        publishNotReadyAddresses: (c) => c.chance(0.5),
      },
      0.5,
    ),
  },
});

const utilization = (name: string, percent: number): Value => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization: percent } },
});

export const horizontalPodAutoscaler = (choose: Choices, name: string): LiveObject => {
  const version = choose.oneOf(["v1", "v2"]);
  const only: Readonly<Record<string, Make>> =
    version === "v1"
      ? { targetCPUUtilizationPercentage: (c) => c.oneOf([50, 80]) }
      : {
          metrics: (c) => c.someOf(["cpu", "memory"], 0.7).map((metric) => utilization(metric, c.oneOf([50, 80]))),
          behavior: (c) => ({ scaleDown: some(c, { stabilizationWindowSeconds: (d) => d.below(2) * 60 }) }),
        };
  return {
    apiVersion: `autoscaling/${version}`,
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(choose, name),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      maxReplicas: 3 + choose.below(2),
      ...some(choose, { minReplicas: (c) => c.below(2) + 1, ...only }, 0.6),
    },
  };
};

const anything: Make = (choose) =>
  choose.oneOf<Value>(["s", 1, true, ["l"], { deep: { er: 1 } }, { deep: { st: [1] } }, null, {}, []]);

/** Of the CRD in `widget-crd.ts`. */
export const widget =
  (versions: readonly string[]) =>
  (choose: Choices, name: string): LiveObject => ({
    apiVersion: `e.io/${choose.oneOf(versions)}`,
    kind: "Widget",
    metadata: metadata(choose, name),
    ...some(
      choose,
      {
        spec: orOdd(
          (c) =>
            some(
              c,
              {
                size: (d) => d.below(3),
                big: (d) => d.oneOf<Value>([1_000_000, 12_345_678_901_234_567n]),
                ratio: (d) => d.oneOf([0.5, 1, 2.25]),
                flags: orOdd((d) => d.someOf(["f1", "f2", "f3 <>", "f4"], 0.5), [null, []]),
                numbers: (d) => d.someOf([1, 2, 30], 0.5),
                items: orOdd(
                  (d) =>
                    d.someOf(["i1", "i2", "i3"], 0.6).map((id) => ({
                      id,
                      ...some(d, {
                        zone: (e) => e.oneOf(["n", "s"]),
                        note: word,
                        tags: (e) => e.someOf(["t1", "t2"], 0.6),
                        inner: words(["p", "q"]),
                      }),
                    })),
                  [null, []],
                ),
                list: (d) => d.someOf([1, 2, 3], 0.5),
                fixed: words(["a", "b"]),
                options: orOdd(words(["a", "b"]), [{}, null]),
                nested: orOdd((d) => some(d, { a: word, b: (e) => some(e, { c: word, d: word }) }), [{}, null]),
                free: anything,
                port: (d) => d.oneOf<Value>([80, "http"]),
                maybe: orOdd(word, [null]),
                any: (d) => some(d, { one: anything, two: anything }),
              },
              0.35,
            ),
          [{}],
        ),
      },
      0.95,
    ),
  });
