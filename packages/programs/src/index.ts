export { ensurePrograms } from "./ensure-programs.ts";
export { findProgram, type Found } from "./find-program.ts";
export { freePort } from "./free-port.ts";
export { describePrograms, ProgramMissing, requireProgram } from "./require-program.ts";
export { type ProgramName } from "./table.ts";
