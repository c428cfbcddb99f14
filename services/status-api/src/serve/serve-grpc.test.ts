import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { StatusServiceDefinition } from "@evenkeel/contracts";
import type { StatusServiceImplementation } from "@evenkeel/contracts";
import { systemClock } from "@evenkeel/machine";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { makeAuthority, temporaryFolder } from "@evenkeel/testing";
import { ChannelCredentials } from "@grpc/grpc-js";
import { createChannel, createClientFactory, Status } from "nice-grpc";
import type { Client } from "nice-grpc";
import { ServerReflectionService } from "nice-grpc-server-reflection";
import { describe, expect, it } from "vitest";

import type { ListenConfig } from "../config.ts";
import { reflectionV1alpha, serveGrpc } from "./serve-grpc.ts";

const empty = { sources: [], warnings: [] };
const implementation: StatusServiceImplementation = {
  listSources: async () => empty,
  listUnits: async () => {
    throw new Error("a secret of the inside");
  },
  getUnit: async (_request, { signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    throw new Error("late");
  },
  watchUnits: async function* (_request, { signal }) {
    yield { event: { $case: "snapshotComplete", value: true }, sequence: 1n };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  },
  listDrift: async () => ({ items: [] }),
  getHistory: async () => ({ items: [] }),
  getTrace: async () => ({}),
};

const serve = async (listen: Omit<ListenConfig, "host" | "port"> = {}, drainMs = 50) => {
  const telemetry = recordingTelemetry();
  const options = { clock: systemClock, drainMs, telemetry };
  const server = await serveGrpc({ host: "127.0.0.1", port: 0, ...listen }, implementation, options);
  return { ...server, telemetry };
};

const clientOf = (address: string, credentials?: ChannelCredentials) => {
  const channel = createChannel(address, credentials);
  const client: Client<typeof StatusServiceDefinition> = createClientFactory().create(StatusServiceDefinition, channel);
  return { client, channel, [Symbol.dispose]: () => channel.close() };
};

describe("the server", () => {
  it("keeps the text of what nobody expected in its log, under the trace id that it tells", async () => {
    await using server = await serve();
    using own = clientOf(server.address);
    const error = await own.client.listUnits({}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: Status.INTERNAL,
      details: expect.stringMatching(/^internal error; trace /) as string,
    });
    const trace = String((error as { details: string }).details)
      .split(" ")
      .at(-1);
    expect(server.telemetry.logs).toContainEqual(
      expect.objectContaining({ level: "error", "error.message": "a secret of the inside", trace_id: trace }),
    );
    expect(server.telemetry.spans[0]?.attributes["rpc.response.status_code"]).toBe("INTERNAL");
  });

  it("tells a call that its client gave up", async () => {
    await using server = await serve();
    using own = clientOf(server.address);
    const call = own.client.getUnit({}, { signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toThrow("aborted");
  });

  it("ends streams that outlive the time to drain", async () => {
    const server = await serve();
    using own = clientOf(server.address);
    const stream = own.client.watchUnits({})[Symbol.asyncIterator]();
    await stream.next();
    const end = stream.next();
    end.catch(() => undefined);
    await server[Symbol.asyncDispose]();
    await expect(end).rejects.toMatchObject({ code: expect.any(Number) as number });
  });

  it.each([
    ["v1", ServerReflectionService],
    ["v1alpha", reflectionV1alpha],
  ])("names its services by reflection %s", async (_, definition) => {
    await using server = await serve();
    using own = clientOf(server.address);
    const reflection = createClientFactory().create(definition, own.channel);
    const { ServerReflectionRequest } =
      await import("nice-grpc-server-reflection/lib/proto/grpc/reflection/v1/reflection_pb.js");
    const request = new ServerReflectionRequest().setListServices("");
    for await (const answer of reflection.serverReflectionInfo(
      (async function* () {
        yield request;
      })(),
    )) {
      const names = answer
        .getListServicesResponse()
        ?.getServiceList()
        .map((service) => service.getName());
      expect(names).toEqual(["evenkeel.status.v1.StatusService", "grpc.health.v1.Health"]);
    }
    expect.hasAssertions();
  });
});

describe("with TLS", () => {
  const files = async (folder: string) => {
    const authority = makeAuthority();
    const pair = authority.serverCertificate();
    const [caFile, certFile, keyFile] = ["ca.crt", "tls.crt", "tls.key"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(caFile, authority.certPem);
    await writeFile(certFile, pair.certPem);
    await writeFile(keyFile, pair.keyPem);
    return { authority, ca: Buffer.from(authority.certPem), caFile, tls: { certFile, keyFile } };
  };

  it("serves those who trust its authority, and nobody in plaintext", async () => {
    await using folder = await temporaryFolder();
    const { ca, tls } = await files(folder.path);
    await using server = await serve({ tls });
    using trusting = clientOf(server.address, ChannelCredentials.createSsl(ca));
    expect(await trusting.client.listSources({})).toEqual(empty);
    using plain = clientOf(server.address);
    await expect(plain.client.listSources({})).rejects.toMatchObject({ code: Status.UNAVAILABLE });
  });

  it("refuses a caller without a certificate of the client authority", async () => {
    await using folder = await temporaryFolder();
    const { authority, ca, caFile, tls } = await files(folder.path);
    await using server = await serve({ tls: { ...tls, clientCaFile: caFile } });
    using anonymous = clientOf(server.address, ChannelCredentials.createSsl(ca));
    await expect(anonymous.client.listSources({})).rejects.toMatchObject({ code: Status.UNAVAILABLE });
    const ana = authority.clientCertificate("ana");
    const credentials = ChannelCredentials.createSsl(ca, Buffer.from(ana.keyPem), Buffer.from(ana.certPem));
    using known = clientOf(server.address, credentials);
    expect(await known.client.listSources({})).toEqual(empty);
  });
});
