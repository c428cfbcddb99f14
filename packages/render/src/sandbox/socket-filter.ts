/** What Linux calls a machine, and the numbers of its system calls. */
interface Machine {
  readonly audit: number;
  readonly prctl: number;
  /** Calls that make a socket, or take one out of another process. */
  readonly denied: readonly number[];
  /** Calls of a second kind of program (x32) begin here. */
  readonly foreignFrom?: number;
}

/** socket, io_uring_setup (its rings make sockets too), ptrace, process_vm_readv, process_vm_writev, pidfd_getfd. */
const MACHINES: { readonly [arch: string]: Machine } = {
  x64: { audit: 0xc000003e, prctl: 157, denied: [41, 425, 101, 310, 311, 438], foreignFrom: 0x4000_0000 },
  arm64: { audit: 0xc00000b7, prctl: 167, denied: [198, 425, 117, 270, 271, 438] },
};

const LOAD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_FROM = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff_0000;
const DENY = 0x0005_0000 + 13; // EACCES
const KILL = 0x8000_0000;
const ARCHITECTURE = 4;
const NUMBER = 0;

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

/**
 * The seccomp program under which no process makes a socket, as bytes: `socketpair` (how a pipe to a child is made) stays.
 * Undefined for a machine whose numbers are not known here.
 */
export const socketFilter = (arch: string): { readonly prctl: number; readonly program: Buffer } | undefined => {
  const machine = Object.hasOwn(MACHINES, arch) ? MACHINES[arch] : undefined;
  if (machine === undefined) return undefined;
  const { audit, denied, foreignFrom, prctl } = machine;
  const tests: readonly (readonly [code: number, value: number])[] = [
    ...(foreignFrom === undefined ? [] : [[JUMP_FROM, foreignFrom] as const]),
    ...denied.map((call) => [JUMP_IF_EQUAL, call] as const),
  ];
  const instructions: readonly Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_IF_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NUMBER],
    // Each goes on with the next, or over the rest and the ALLOW to the DENY.
    ...tests.map(([code, value], at): Instruction => [code, tests.length - at, 0, value]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, DENY],
  ];
  const program = Buffer.alloc(instructions.length * 8);
  for (const [at, [code, whenTrue, whenFalse, value]] of instructions.entries()) {
    program.writeUInt16LE(code, at * 8);
    program.writeUInt8(whenTrue, at * 8 + 2);
    program.writeUInt8(whenFalse, at * 8 + 3);
    program.writeUInt32LE(value, at * 8 + 4);
  }
  return { prctl, program };
};
