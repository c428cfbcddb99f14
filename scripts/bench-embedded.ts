// `npm run bench:embedded`: what embedded clusters cost: memory, start-up, applies, watch events, and the TLS front beside its floor.
// `npm run bench:embedded -- --clusters 50 --apps 20` for a small one. Writes a table in Markdown, nothing else, to stdout.
import { cpus } from "node:os";
import { parseArgs } from "node:util";

import { measureControllers, openFleet } from "./bench-embedded/fleet.ts";
import { measureFresh, measureFronts } from "./bench-embedded/fronts.ts";
import { time } from "./bench-embedded/table.ts";
import { markdown } from "./bench-embedded/table.ts";
import { measureWatches } from "./bench-embedded/watches.ts";

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "500" },
    apps: { type: "string", default: "100" },
    seconds: { type: "string", default: "2" },
    help: { type: "boolean" },
  },
});
if (values.help === true) {
  process.stdout.write(
    "npm run bench:embedded -- [--clusters N=500] [--apps N=100] [--seconds N=2: for each rate of the fronts]\n",
  );
  process.exit(0);
}
const began = performance.now();
const [clusters, apps] = [Number(values.clusters), Number(values.apps)];
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const fresh = await measureFresh(Number(values.seconds) * 1_000);
const fronts = await measureFronts(Number(values.seconds) * 1_000);
say("fronts measured; filling the fleet");
const fleet = await openFleet(clusters, apps);
say("fleet filled; watches");
const watches = await measureWatches(fleet.clusters, fleet.kubes);
say("controllers");
const controllers = await measureControllers(fleet);

process.stdout.write(
  [
    `Repeat with \`npm run bench:embedded -- --clusters ${clusters} --apps ${apps}\` (Node ${process.version}, one process, ${cpus().length} cores, ${time(performance.now() - began)} in all).`,
    "",
    markdown([...fresh, ...fleet.rows, ...watches, ...controllers, ...fronts]),
    "",
  ].join("\n"),
);
for (const cluster of fleet.clusters) await cluster[Symbol.asyncDispose]();
