import { readFileSync } from "node:fs";
import { join } from "node:path";

import { smallProfile } from "@evenkeel/contracts";

import type { MigrateConfig } from "../bus-config.ts";

/** Settings of the migration that cannot be used, all of them. */
export class MigrateConfigInvalid extends Error {
  override readonly name = "MigrateConfigInvalid";
}

/** The environment of the migration job, as `migrate-main.ts --help` lists it. */
export const migrateSettings = {
  EVENKEEL_BUS_SERVERS: "Servers of the bus, separated by commas.",
  EVENKEEL_BUS_SEED_FILE: "File with the nkey seed of the migration: the only holder of stream administration.",
  EVENKEEL_INSTALLATION: "Installation id.",
  EVENKEEL_BUS_TLS_DIR: "Directory with ca.crt, tls.crt and tls.key; optional.",
  EVENKEEL_PARTITIONS: `Partitions, fixed for the life of the streams; default ${smallProfile.partitions}.`,
  EVENKEEL_SOURCE_SHARDS: `Source shards, fixed for the life of the streams; default ${smallProfile.sourceShards}.`,
  EVENKEEL_BUS_REPLICAS: "Replicas of each stream, 1 or 3; default 1.",
  EVENKEEL_BUS_MONITOR_URL:
    "Monitoring addresses of the servers, comma separated, to learn whether they sync each write; optional.",
  EVENKEEL_ANCHORED_EPOCH: "Largest epoch in any readable anchor, when the bus was lost; default 0.",
  EVENKEEL_BUS_SIZE: "Multiplies the space that every stream and bucket may take, such as 2; default 1.",
  EVENKEEL_BUS_REBUILD:
    "Names the bus to make anew, after it came back from a backup: the time that its refusal (AuditUnavailable) prints, such as 2026-03-01T10:20:30.456Z. Every stream and bucket made up to then is removed first; Git and the clusters bring back what counts. What of the ledger is still on the bus is lost; its export (EVENKEEL_LEDGER_EXPORT_DIR of the applier) stays. Left set, it names nothing any more, and later migrations remove nothing.",
} as const;

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

/** EVENKEEL_ANCHORED_EPOCH of an environment; undefined: it is no number. */
export const readAnchoredEpoch = (env: Readonly<Record<string, string | undefined>>): bigint | undefined => {
  const text = env["EVENKEEL_ANCHORED_EPOCH"] ?? "0";
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
};

type Name = keyof typeof migrateSettings;

/** Reads the migration's settings; names all problems at once. */
export const readMigrateConfig = (env: Readonly<Record<string, string | undefined>> = process.env): MigrateConfig => {
  const problems: string[] = [];
  const text = (name: Name): string => {
    const value = env[name]?.trim() ?? "";
    if (value === "") problems.push(`${name} is missing: ${migrateSettings[name]}`);
    return value;
  };
  const count = (name: Name, otherwise: number, allowed: (value: number) => boolean): number => {
    const value = Number(env[name] ?? otherwise);
    if (!Number.isInteger(value) || !allowed(value)) problems.push(`${name} is ${env[name]}: ${migrateSettings[name]}`);
    return value;
  };
  const seedFile = text("EVENKEEL_BUS_SEED_FILE");
  let seed = "";
  try {
    if (seedFile !== "") seed = readFileSync(seedFile, "utf8").trim();
  } catch (error) {
    problems.push(`EVENKEEL_BUS_SEED_FILE cannot be read: ${(error as Error).message}`);
  }
  const anchoredEpoch = readAnchoredEpoch(env);
  if (anchoredEpoch === undefined)
    problems.push(
      `EVENKEEL_ANCHORED_EPOCH is ${env["EVENKEEL_ANCHORED_EPOCH"]}: ${migrateSettings.EVENKEEL_ANCHORED_EPOCH}`,
    );
  const tlsDir = env["EVENKEEL_BUS_TLS_DIR"];
  const monitorUrl = env["EVENKEEL_BUS_MONITOR_URL"];
  const size = Number(env["EVENKEEL_BUS_SIZE"] ?? 1);
  if (!(size > 0))
    problems.push(`EVENKEEL_BUS_SIZE is ${env["EVENKEEL_BUS_SIZE"]}: ${migrateSettings.EVENKEEL_BUS_SIZE}`);
  const rebuild = env["EVENKEEL_BUS_REBUILD"]?.trim() ?? "";
  if (rebuild !== "" && rebuild !== "no" && !isTime(rebuild))
    problems.push(`EVENKEEL_BUS_REBUILD is ${rebuild}: ${migrateSettings.EVENKEEL_BUS_REBUILD}`);
  const config: MigrateConfig = {
    size,
    servers: text("EVENKEEL_BUS_SERVERS")
      .split(",")
      .map((server) => server.trim()),
    installation: text("EVENKEEL_INSTALLATION"),
    seed,
    counts: {
      partitions: count("EVENKEEL_PARTITIONS", smallProfile.partitions, (n) => n > 0 && n <= 256),
      sourceShards: count("EVENKEEL_SOURCE_SHARDS", smallProfile.sourceShards, (n) => n > 0 && n <= 256),
    },
    replicas: count("EVENKEEL_BUS_REPLICAS", 1, (n) => n === 1 || n === 3),
    ...(tlsDir === undefined
      ? {}
      : {
          tls: { caFile: join(tlsDir, "ca.crt"), certFile: join(tlsDir, "tls.crt"), keyFile: join(tlsDir, "tls.key") },
        }),
    ...(isTime(rebuild) ? { rebuild } : {}),
    ...(monitorUrl === undefined ? {} : { monitorUrl }),
    ...(anchoredEpoch === undefined ? {} : { anchoredEpoch }),
  };
  if (problems.length > 0) throw new MigrateConfigInvalid(problems.join("\n"));
  return config;
};
