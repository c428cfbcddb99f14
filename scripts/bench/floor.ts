// What no engine can avoid on this machine, now: a bare server-side apply loop, 32 in flight on one HTTP/2 session, over the
// same objects; and the other calls that the way of a commit is made of.
import { execFile } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from "node:fs";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { promisify } from "node:util";

import type { ControlPlane } from "@evenkeel/testing";

import { monotonicMs } from "./observer.ts";
import { percentile } from "./percentile.ts";

export interface Floor {
  readonly createPerSecond: number;
  readonly changePerSecond: number;
  readonly noopPerSecond: number;
  readonly getPerSecond: number;
  readonly applyP50Ms: number;
  readonly fdatasyncP50Ms: number;
  readonly fdatasyncP99Ms: number;
  readonly lsRemoteMs: number;
}

const IN_FLIGHT = 32;
const lsRemote = promisify(execFile); // not the blocking form: the Git server is in this process

const send = (session: ClientHttp2Session, token: string, method: string, path: string, body?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": method,
      ":path": path,
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/apply-patch+yaml" }),
    });
    let status = 0;
    stream.on("response", (headers) => (status = headers[":status"] ?? 0));
    stream.on("data", () => undefined);
    stream.on("end", () => (status < 300 ? resolve() : reject(new Error(`${method} ${path}: ${status}`))));
    stream.on("error", reject);
    stream.end(body);
  });

/** Runs the calls with 32 in flight; calls a second, and the median time of one. */
const run = async (
  calls: readonly (() => Promise<void>)[],
): Promise<{ readonly perSecond: number; readonly p50: number }> => {
  const times: number[] = [];
  const from = monotonicMs();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const begun = monotonicMs();
      await call();
      times.push(monotonicMs() - begun);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return { perSecond: (calls.length / (monotonicMs() - from)) * 1000, p50: percentile(times, 50) };
};

const NAMESPACE = "bench-floor";
const body = (kind: string, apiVersion: string, name: string, value: string, spec: string): string =>
  `{"apiVersion":"${apiVersion}","kind":"${kind}","metadata":{"name":"${name}","namespace":"${NAMESPACE}","annotations":{"v":"${value}","note":"${"x".repeat(1100)}"}}${spec}}`;

const objects = (index: number, value: string): readonly { readonly path: string; readonly body: string }[] => {
  const name = `floor-${index}`;
  const query = `${name}?fieldManager=bench-floor`;
  return [
    {
      path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${query}`,
      body: body(
        "Deployment",
        "apps/v1",
        name,
        value,
        `,"spec":{"replicas":0,"selector":{"matchLabels":{"app":"${name}"}},"template":{"metadata":{"labels":{"app":"${name}"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}`,
      ),
    },
    {
      path: `/api/v1/namespaces/${NAMESPACE}/services/${query}`,
      body: body(
        "Service",
        "v1",
        name,
        value,
        `,"spec":{"selector":{"app":"${name}"},"ports":[{"port":80,"protocol":"TCP"}]}`,
      ),
    },
    {
      path: `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${query}`,
      body: body("ServiceAccount", "v1", name, value, ""),
    },
    {
      path: `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/ingresses/${query}`,
      body: body("Ingress", "networking.k8s.io/v1", name, value, `,"spec":{"rules":[{"host":"${name}.example.org"}]}`),
    },
  ];
};

const fdatasync = (folder: string): readonly number[] => {
  const file = join(folder, "fdatasync.probe");
  const fd = openSync(file, "w");
  const block = Buffer.alloc(2048, 1);
  try {
    return Array.from({ length: 300 }, () => {
      const from = monotonicMs();
      writeSync(fd, block);
      fdatasyncSync(fd);
      return monotonicMs() - from;
    });
  } finally {
    closeSync(fd);
    rmSync(file);
  }
};

/** Measures the floor with `count` objects; leaves its namespace behind, outside what the engine manages. */
export const measureFloor = async (
  cluster: ControlPlane,
  folder: string,
  gitUrl: string,
  round: string,
  count = 1000,
): Promise<Floor> => {
  const session = connect(cluster.server, { ca: cluster.caPem });
  try {
    const call = (method: string, path: string, text?: string) => () =>
      send(session, cluster.token, method, path, text);
    await call(
      "PATCH",
      `/api/v1/namespaces/${NAMESPACE}?fieldManager=bench-floor`,
      `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"${NAMESPACE}"}}`,
    )();
    const apply = (value: string, prefix: string) =>
      run(
        Array.from({ length: count / 4 }, (_unused, index) => objects(Number(`${prefix}${index}`), value))
          .flat()
          .map((o) => call("PATCH", o.path, o.body)),
      );
    const create = await apply("1", round);
    const change = await apply("2", round);
    const noop = await apply("2", round);
    const get = await run(
      Array.from({ length: count }, (_unused, index) =>
        call("GET", `/api/v1/namespaces/${NAMESPACE}/services/floor-${round}${index % (count / 4)}`),
      ),
    );
    const single = monotonicMs();
    for (const object of objects(Number(`${round}0`), "3")) await call("PATCH", object.path, object.body)();
    const applyP50Ms = (monotonicMs() - single) / 4;
    const sync = fdatasync(folder);
    const remote = monotonicMs();
    await lsRemote("git", ["ls-remote", gitUrl, "refs/heads/main"]);
    return {
      createPerSecond: create.perSecond,
      changePerSecond: change.perSecond,
      noopPerSecond: noop.perSecond,
      getPerSecond: get.perSecond,
      applyP50Ms,
      fdatasyncP50Ms: percentile(sync, 50),
      fdatasyncP99Ms: percentile(sync, 99),
      lsRemoteMs: monotonicMs() - remote,
    };
  } finally {
    session.close();
  }
};
