import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { connectBus } from "@evenkeel/bus";
import { CommitObserved, flows, runningServices, smallProfile } from "@evenkeel/contracts";
import type { RunningService } from "@evenkeel/contracts";
import { keepBus, launchProcesses, openInstallation } from "@evenkeel/scripts";
import type { Launched } from "@evenkeel/scripts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { eventually, freePort, makeRepository, startGitServer, temporaryFolder } from "@evenkeel/testing";
import { createChannel, createClientFactory } from "nice-grpc";
import {
  HealthCheckResponse_ServingStatus,
  HealthDefinition,
} from "nice-grpc-server-health/lib/proto/grpc/health/v1/health.js";
import { expect, it } from "vitest";

it("a nats-server of npm start that dies is told, started again on its port, and found by those who use it", async () => {
  await using folder = await temporaryFolder();
  const installation = await openInstallation(folder.path);
  const lines: string[] = [];
  const screen = { ok: (text: string) => void lines.push(`ok ${text}`), bad: (text: string) => void lines.push(text) };
  await using bus = await keepBus(installation, silentTelemetry().log, screen, new AbortController().signal);
  await using watcher = await connectBus(
    {
      servers: [bus.url],
      service: "source-watcher",
      instance: "one",
      installation: installation.id,
      seed: installation.keys["source-watcher"].seed,
      trust: installation.trust,
      counts: smallProfile,
    },
    silentTelemetry(),
  );
  const { url } = bus;
  for (const round of [1, 2]) {
    const first = bus.pid();
    process.kill(first, "SIGKILL");
    await eventually(() => lines.length === 2 * round, { timeoutMs: 30_000 });
    const [ended, back] = lines.slice(-2);
    expect(ended).toMatch(/^nats-server ended \(killed by SIGKILL\): .* it is started again$/);
    expect(back).toContain(`ok nats-server is back on ${url} after`);
    expect(bus.pid()).not.toBe(first);
    const fact = CommitObserved.fromPartial({ source: "web", seq: BigInt(round) });
    const { sequence } = await watcher.publish(flows.commitObserved, fact);
    expect((await watcher.readLast(flows.commitObserved, { source: "web" }))?.sequence).toBe(sequence);
  }
});

const readyz = async (port: number): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await globalThis.fetch(`http://127.0.0.1:${port}/readyz?verbose`);
  return { status: response.status, text: await response.text() };
};

const servingStatus = async ({ statusAddress }: Launched): Promise<HealthCheckResponse_ServingStatus> => {
  const channel = createChannel(statusAddress);
  try {
    return (await createClientFactory().create(HealthDefinition, channel).check({ service: "" })).status;
  } finally {
    channel.close();
  }
};

/** All services on an empty fleet, each with its probes, and all of them ready. */
const launchReady = async (stack: AsyncDisposableStack) => {
  const folder = stack.use(await temporaryFolder());
  const git = stack.use(await startGitServer());
  const fleet = stack.use(await makeRepository({ "README.md": "nothing is declared" }));
  await fleet.push({ remote: (await git.create("fleet")).url });
  const ports = new Map<RunningService, number>();
  for (const service of runningServices) ports.set(service, await freePort());
  const extra = Object.fromEntries(
    Array.from(ports, ([service, port]) => [service, { EVENKEEL_PROBE_PORT: String(port) }] as const),
  );
  const launched = stack.use(
    await launchProcesses(
      {
        dir: join(folder.path, "state"),
        kubeconfig: join(folder.path, "no-cluster-is-declared"),
        fleetUrl: `${git.url}/fleet.git`,
        fleetInterval: "2s",
        extra,
      },
      new AbortController().signal,
    ),
  );
  const all = async (good: (answer: Awaited<ReturnType<typeof readyz>>) => boolean): Promise<boolean> => {
    const answers = await Promise.all([...ports.values()].map(readyz));
    return answers.every(good);
  };
  const isReady = () => all(({ status, text }) => status === 200 && text.includes("[+] bus"));
  await eventually(isReady, { timeoutMs: 60_000 });
  return { launched, all, isReady, folder: folder.path };
};

it("no service is ready while the bus is dead, each says since when and why, and all are when it is back", async () => {
  await using stack = new AsyncDisposableStack();
  const { launched, all, isReady } = await launchReady(stack);
  expect(await servingStatus(launched)).toBe(HealthCheckResponse_ServingStatus.SERVING);

  await launched.bus.kill();
  const since = /^\[-\] bus: has not answered since 20\d\d-.*Z \(no connection to a server\)/m;
  await eventually(() => all(({ status, text }) => status === 503 && since.test(text)), { timeoutMs: 15_000 });
  await eventually(async () => (await servingStatus(launched)) === HealthCheckResponse_ServingStatus.NOT_SERVING, {
    timeoutMs: 15_000,
  });

  await launched.bus.start();
  await eventually(isReady, { timeoutMs: 30_000 });
  await eventually(async () => (await servingStatus(launched)) === HealthCheckResponse_ServingStatus.SERVING, {
    timeoutMs: 15_000,
  });
}, 180_000);

it("every service ends alike once the bus goes on to refuse its key, which only a new process reads anew", async () => {
  await using stack = new AsyncDisposableStack();
  const { launched, all, isReady, folder } = await launchReady(stack);
  const renewed = await openInstallation(join(folder, "renewed"));
  await launched.bus.kill();
  await launched.bus.start({ ...renewed.keys, migrate: launched.installation.keys.migrate });
  const refused = /^\[-\] bus: has not answered since 20\d\d-.*Z \(it refuses the key of this process\)/m;
  await eventually(() => all(({ text }) => refused.test(text)), { timeoutMs: 20_000 });
  const codes = await Promise.all(runningServices.map((service) => launched.exitOf(service)));
  expect(codes).toEqual(runningServices.map(() => 1));
  for (const service of runningServices) {
    const log = await readFile(launched.logOf(service), "utf8");
    expect(log).toContain("the bus refuses the key of this process: it ends, and the next one reads the key anew");
    expect(log).toContain("the connection to the bus is lost");
  }

  await launched.bus.kill();
  await launched.bus.start();
  launched.startServices();
  await eventually(isReady, { timeoutMs: 60_000 });
}, 240_000);
