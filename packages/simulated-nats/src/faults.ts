import { createLog, type MessageLog } from "./jetstream/message-log.ts";
import type { Stream } from "./jetstream/stream.ts";

/**
 * What a stream without a leader is like to its clients: those that are asked say that they are not available, say nothing,
 * or nobody is there to be asked.
 */
export type Leaderless = "unavailable" | "silent" | "nobody";

interface Fault {
  leaderless: Leaderless | undefined;
  /** So many of the next messages are stored, and their answers lost. */
  answersToLose: number;
  /** A leader that was deposed and does not know it: it answers for what it had then. */
  past: MessageLog | undefined;
}

/** What is wrong with which stream. */
export interface Faults {
  leaderless(stream: string): Leaderless | undefined;
  /** Whether this answer is lost. */
  losesAnswer(stream: string): boolean;
  /** What reads are answered from. */
  seen(stream: Stream): MessageLog;
  stepDown(stream: Stream, how: Leaderless): void;
  elect(stream: Stream): void;
  loseAnswers(stream: string, count: number): void;
  answerFromThePast(stream: Stream): void;
}

export const createFaults = (): Faults => {
  const faults = new Map<string, Fault>();
  const of = (stream: string): Fault => {
    const known = faults.get(stream) ?? { leaderless: undefined, answersToLose: 0, past: undefined };
    faults.set(stream, known);
    return known;
  };
  return {
    leaderless: (stream) => faults.get(stream)?.leaderless,
    losesAnswer(stream) {
      const fault = faults.get(stream);
      if (fault === undefined || fault.answersToLose === 0) return false;
      fault.answersToLose--;
      return true;
    },
    seen: (stream) => faults.get(stream.config.name)?.past ?? stream.log,
    stepDown(stream, how) {
      of(stream.config.name).leaderless = how;
      for (const consumer of stream.consumers.values()) {
        consumer.hasLeader = false;
        consumer.onLeaderChange();
      }
    },
    elect(stream) {
      faults.delete(stream.config.name);
      for (const consumer of stream.consumers.values()) {
        if (!consumer.hasLeader) consumer.onLeaderChange();
        consumer.hasLeader = true;
        consumer.start();
      }
    },
    loseAnswers: (stream, count) => void (of(stream).answersToLose += count),
    answerFromThePast: (stream) => void (of(stream.config.name).past = createLog(stream.log.state())),
  };
};
