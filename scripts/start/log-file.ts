import { closeSync, openSync, writeSync } from "node:fs";

/** The log of one service; a disk that takes no more costs lines, never the service. */
export interface LogFile extends Disposable {
  write(line: string): void;
}

/** Opens a log to append to (mode 0600). `onLost` is told once each time that lines begin to be lost; how many they were
 *  stands in the log once it can be written again. */
export const openLogFile = (path: string, onLost: (path: string, why: string) => void): LogFile => {
  const file = openSync(path, "a", 0o600);
  let lost = 0;
  return {
    write(line) {
      try {
        if (lost > 0)
          writeSync(file, `${JSON.stringify({ level: "warn", msg: "log lines were lost", lines: lost })}\n`);
        lost = 0;
        writeSync(file, line);
      } catch (error) {
        lost += 1;
        if (lost === 1) onLost(path, error instanceof Error ? error.message : String(error));
      }
    },
    [Symbol.dispose]: () => closeSync(file),
  };
};
