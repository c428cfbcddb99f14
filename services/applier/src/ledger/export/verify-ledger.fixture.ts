// For tests only: the command that people verify an export folder with.
import { runCli } from "@evenkeel/cli";

export const verify = async (folder: string, ...flags: readonly string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(["verify-ledger", folder, ...flags], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    now: () => new Date(),
    cwd: "/",
    env: {},
    colour: false,
    signal: new AbortController().signal,
  });
  return { code, out: out.join(""), err: err.join("") };
};
