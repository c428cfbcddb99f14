import { refuse } from "../render-refused.ts";

// .git, what Windows and macOS take for it, and the ignorable characters that HFS+ leaves out of a name.
const GIT_NAMES = /^(?:\.git|git~[0-9]+)[. ]*$/i;
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
// What a file system takes for one name.
const LONGEST = 255;
const CONTROL = /\p{Cc}/u;

/** The name of a tree entry as text; throws `NameForbidden` for one that no file may have here. */
export const checkedName = (name: string | Uint8Array, directory: string): string => {
  const text = typeof name === "string" ? name : decode(name, directory);
  const why = CONTROL.test(text)
    ? "holds a control character"
    : text === "" || text === "." || text === ".." || /[/\\]/.test(text)
      ? "is no file name"
      : GIT_NAMES.test(text.replace(IGNORABLE, "").split(":")[0] ?? "")
        ? "stands for Git's own folder"
        : Buffer.byteLength(text) > LONGEST
          ? `is longer than ${LONGEST} bytes`
          : undefined;
  if (why === undefined) return text;
  const shown = JSON.stringify(text.slice(0, LONGEST));
  throw refuse("NameForbidden", directory, `the name ${shown} ${why}`, "rename the file");
};

const decode = (name: Uint8Array, directory: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    const shown = JSON.stringify(Buffer.from(name.subarray(0, LONGEST)).toString("latin1"));
    throw refuse("NameForbidden", directory, `the name ${shown} is not UTF-8`, "rename the file");
  }
};
