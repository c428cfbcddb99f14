import { startTelemetry } from "@evenkeel/telemetry";

import { migrateSettings, readMigrateConfig } from "./config.ts";
import { migrateBus } from "./migrate.ts";

// The migration job: makes every stream, bucket and durable, or brings them up to date, and ends.

const run = async (): Promise<void> => {
  const config = readMigrateConfig();
  await using telemetry = startTelemetry({ service: "bus-migrate", version: "0.1.0", logLevel: "info" });
  const { created, updated } = await migrateBus(config, telemetry.log);
  telemetry.log.info("bus is up to date", { created: created.length, updated: updated.length });
};

if (process.argv.includes("--help")) {
  process.stdout.on("error", () => process.exit(0)); // a reader such as `head` has read enough
  process.stdout.write(
    Object.entries(migrateSettings)
      .map(([name, help]) => `${name}\n    ${help}\n`)
      .join(""),
  );
} else {
  await run().catch((error: unknown) => {
    process.stderr.write(`evenkeel bus-migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
