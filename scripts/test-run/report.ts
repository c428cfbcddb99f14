/** What came of one test, or of what stands around tests and failed, as `npm test` reads it from the report of a workspace's run. */
export interface Reported {
  /** The test file, with its whole path. */
  readonly file: string;
  /** `hooks`: what runs before or after the tests of a suite; `file`: all of it. These two are reported only where they failed. */
  readonly of: "test" | "hooks" | "file";
  readonly title: string;
  readonly state: "passed" | "failed" | "not run";
  /** The first failure's text; empty where it passed. */
  readonly why: string;
}

interface Failure {
  readonly message: string;
  readonly stack?: string | undefined;
}

/** The parts of vitest's TestModule that a report is made from. */
export interface RanModule {
  readonly moduleId: string;
  readonly project: { readonly name: string };
  readonly state: () => string;
  readonly errors: () => readonly Failure[];
  readonly children: {
    readonly allTests: () => Iterable<RanTest>;
    readonly allSuites: () => Iterable<RanSuite>;
  };
}

export interface RanTest {
  readonly fullName: string;
  readonly result: () => { readonly state: string; readonly errors?: readonly Failure[] | undefined };
}

export interface RanSuite {
  readonly fullName: string;
  readonly errors: () => readonly Failure[];
}

const ENDED = new Set(["passed", "failed", "skipped"]);

/** The report of a run: of every test, then of every suite whose hooks failed, then of files that failed as a whole. */
export const reportOf = (modules: readonly RanModule[]): readonly Reported[] =>
  modules.flatMap((module) => {
    const of = module.project.name === "" ? "" : ` [${module.project.name}]`;
    const told = (kind: Reported["of"], title: string, state: Reported["state"], why: string): Reported => ({
      file: module.moduleId,
      of: kind,
      title: `${title}${of}`,
      state,
      why,
    });
    const tests = [...module.children.allTests()].map((test) => {
      const { state, errors } = test.result();
      return told("test", test.fullName, state === "passed" || state === "failed" ? state : "not run", textOf(errors));
    });
    const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    const hooks = suites.map((suite) => told("hooks", `(${suite.fullName})`, "failed", textOf(suite.errors())));
    const isEnded = ENDED.has(module.state());
    const why = isEnded ? textOf(module.errors()) : "it did not end: its process was lost, or the run was broken off";
    const whole = isEnded && module.errors().length === 0 ? [] : [told("file", "(the file)", "failed", why)];
    return [...tests, ...hooks, ...whole];
  });

const textOf = (errors: readonly Failure[] = []): string => errors[0]?.stack ?? errors[0]?.message ?? "";
