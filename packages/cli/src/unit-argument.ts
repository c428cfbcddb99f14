import { CliFailure, exitCode } from "./cli-failure.ts";
import type { StatusConnection } from "./connect-status.ts";
import { unitName } from "./words.ts";

/**
 * The unit that a person names: `web@prod-eu`, `web` with `--cluster`, or `web` alone if it runs on one cluster. One that
 * runs on none is refused, or taken without a cluster by what tells why.
 */
export const findUnit = async (
  { client, within }: StatusConnection,
  text: string,
  cluster: string | undefined,
  onNoCluster: "refuse" | "take" = "refuse",
): Promise<{ readonly cluster: string; readonly app: string }> => {
  const at = text.lastIndexOf("@");
  const app = at === -1 ? text : text.slice(0, at);
  const named = at === -1 ? cluster : text.slice(at + 1);
  if (app === "" || named === "") throw new CliFailure(`${text}: expected APP@CLUSTER`);
  if (named !== undefined) return { app, cluster: named };
  const { units } = await client.listUnits({ app }, within());
  const [first] = units;
  if (first?.unit === undefined) throw new CliFailure(`Unit ${app} not found`, exitCode.no);
  if (units.length > 1) {
    const names = units.slice(0, 5).map((status) => unitName(status.unit));
    throw new CliFailure(`${app} runs on ${units.length} clusters: ${names.join(", ")}; name one`);
  }
  if (first.unit.cluster === "" && onNoCluster === "refuse") {
    const { message, remedy } = first.reason ?? { message: "no declared Cluster matches it", remedy: "declare one" };
    throw new CliFailure(`${app} runs on no cluster: ${message}; ${remedy}`, exitCode.no);
  }
  return { app, cluster: first.unit.cluster };
};
