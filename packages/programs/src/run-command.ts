import { execFile } from "node:child_process";

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** An outside command that could not be started or that ended with a failure. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Runs one command without a shell and gives what it wrote (stdout, then stderr); throws CommandFailed with its last words. */
export const runCommand = (command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        timeout: options.timeoutMs ?? 0,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout + stderr);
        if (error.code === "ENOENT") return reject(new CommandFailed(`${command} is not installed`, { cause: error }));
        const words = lastWords(stderr) || lastWords(stdout) || error.message;
        const verb = args.find((arg) => !arg.startsWith("-") && !arg.includes("=")) ?? "";
        reject(new CommandFailed(`${command} ${verb} failed: ${words}`, { cause: error }));
      },
    );
  });

const lastWords = (text: string): string => text.trim().split("\n").slice(-3).join("; ").slice(-500);
