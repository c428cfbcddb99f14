// For tests only: one story for a suite, and an application of its own for each test.
import { afterAll, beforeAll, beforeEach } from "vitest";

import type { AppOptions } from "./story-declarations.fixture.ts";
import { startStory } from "./story.fixture.ts";
import type { Story } from "./story-parts.fixture.ts";

/** What a test has. */
export interface OfTest {
  readonly story: Story;
  /** Name of its application. */
  readonly app: string;
}

/** Starts a story with an applier before the tests of a suite and ends it after them; `take` is given what each test has. */
export const useStory = (
  prefix: string,
  take: (given: OfTest) => void,
  options: {
    /** Each test's application is declared so; without it, each test declares its own. */
    readonly declared?: AppOptions;
    /** What is done before the applier starts. */
    readonly prepare?: (story: Story) => Promise<void>;
  } = {},
): void => {
  let story: Story | undefined;
  let count = 0;
  beforeAll(async () => {
    story = await startStory();
    await options.prepare?.(story);
    await story.start();
  }, 120_000);
  afterAll(async () => {
    await story?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    if (story === undefined) throw new Error("the story of this suite did not start");
    const app = `${prefix}-${(count += 1)}`;
    if (options.declared !== undefined) await story.declare(app, options.declared);
    take({ story, app });
  });
};
