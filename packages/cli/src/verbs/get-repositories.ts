import { ListSourcesResponse } from "@evenkeel/contracts";
import type { SourceStatus } from "@evenkeel/contracts";

import { ageOf } from "../age.ts";
import type { StatusConnection } from "../connect-status.ts";
import { withLists, writeListing } from "../output.ts";
import type { Listing, OutputOptions } from "../output.ts";
import { repositoryNotes, warningNotes } from "../notes.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const message = ({ condition }: SourceStatus): string => {
  const [fault] = condition?.declarationErrors ?? [];
  const declarations =
    fault === undefined ? "" : `${fault.file}:${fault.line}:${fault.column}: ${fault.path} ${fault.message}`;
  return condition?.hold?.reason?.message || condition?.error?.message || declarations;
};

const isReady = ({ condition, revision }: SourceStatus): boolean =>
  revision !== "" &&
  condition?.hold === undefined &&
  condition?.error === undefined &&
  (condition?.declarationErrorCount ?? 0) === 0;

const readyWord = (source: SourceStatus, isKnown: boolean): string => {
  if (!isKnown) return "Unknown";
  return isReady(source) ? "True" : "False";
};

const listing = (now: Date, isKnown: boolean): Listing<SourceStatus> => ({
  columns: [
    { title: "NAME", cell: (source) => source.source },
    { title: "REF", cell: (source) => source.gitRef.replace(/^refs\/(heads|tags)\//, "") },
    { title: "ACCEPTED", cell: (source) => source.revision.slice(0, 7) },
    { title: "READY", cell: (source) => readyWord(source, isKnown) },
    { title: "AGE", cell: (source) => ageOf(source.acceptedAt, now) },
  ],
  wide: [
    { title: "URL", cell: (source) => source.url },
    { title: "CHECKED", cell: (source) => ageOf(source.condition?.checkedAt, now) },
    { title: "MESSAGE", cell: message },
  ],
  name: (source) => `repository/${source.source}`,
});

/** `get repositories`: every source with its accepted tip. */
export const getRepositories = async (
  terminal: Terminal,
  { client, within }: StatusConnection,
  options: OutputOptions,
): Promise<void> => {
  const reply = await client.listSources({}, within());
  const json = withLists(ListSourcesResponse.toJSON(reply), "sources", "warnings");
  const isKnown = !reply.warnings.some(({ code }) => code === "BusUnavailable");
  writeListing(terminal, options, listing(terminal.now(), isKnown), { rows: reply.sources, json });
  const notes = [...repositoryNotes(reply.sources), ...warningNotes(reply.warnings)];
  for (const note of notes) terminal.err(`${plain(note, "left")}\n`);
};
