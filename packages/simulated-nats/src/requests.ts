import { answerOf, unavailable } from "./api/api.ts";
import type { ApiContext } from "./api/api-context.ts";
import { directGet } from "./api/message-requests.ts";
import { nobodyAnswers } from "./connection.ts";
import type { Faults } from "./faults.ts";
import type { JetStream } from "./jetstream/jetstream.ts";
import { pubAck, publish } from "./jetstream/publish.ts";
import { NotSimulated } from "./not-simulated.ts";
import type { Routed, Routes } from "./wire/routes.ts";

/** What becomes of a message that a client has published. */
export const createRequests = (
  js: JetStream,
  routes: Routes,
  faults: Faults,
  api: ApiContext,
): ((message: Routed) => void) => {
  const answer = (reply: string, header: Uint8Array | undefined, body: Uint8Array): void => {
    if (reply !== "") routes.send({ subject: reply, reply: "", header, body });
  };
  const tell = (reply: string, body: object): void => answer(reply, undefined, Buffer.from(JSON.stringify(body)));
  const nobody = (message: Routed): void => {
    if (message.reply !== "") routes.send(nobodyAnswers(message));
  };
  /** False: what is asked has no leader, and that was told as one tells it. */
  const isLed = (stream: string, message: Routed): boolean => {
    const how = faults.leaderless(stream);
    if (how === undefined) return true;
    if (how === "unavailable") tell(message.reply, unavailable());
    if (how === "nobody") nobody(message);
    return false;
  };

  const onRequest = (message: Routed): void => {
    const { subject, reply, body } = message;
    const tokens = subject.split(".").slice(2);
    const [family = "", kind = "", third = "", fourth = ""] = tokens;
    if (family === "CONSUMER" && kind === "MSG") {
      const consumer = js.streams.get(fourth)?.consumers.get(tokens[4] ?? "");
      return consumer === undefined || faults.leaderless(fourth) !== undefined
        ? nobody(message)
        : consumer.pull(reply, body);
    }
    // The consumer itself hears it: of one that is not there nobody says a word.
    if (family === "CONSUMER" && kind === "RESET" && !js.streams.get(third)?.consumers.has(fourth)) return;
    if (family === "DIRECT") {
      const found = directGet(js.streams.get(third), tokens.slice(3).join("."), body);
      return found === undefined ? nobody(message) : answer(reply, found.header, found.body);
    }
    const stream = kind === "MSG" ? fourth : kind === "DURABLE" ? fourth : third;
    if (isLed(stream, message)) tell(reply, answerOf(api, tokens, body));
  };
  const onAck = (message: Routed): void => {
    const [, , stream = "", name = "", times, seq, delivery] = message.subject.split(".");
    const consumer = js.streams.get(stream)?.consumers.get(name);
    if (consumer === undefined || !consumer.hasLeader) return nobody(message);
    consumer.ack({ times: Number(times), seq: Number(seq), delivery: Number(delivery) }, message.body, message.reply);
  };
  const onStreamMessage = (message: Routed): void => {
    const { subject, reply, header, body } = message;
    const heard = routes.send(message);
    const stream = js.streamOf(subject);
    if (stream === undefined) return heard ? undefined : nobody(message);
    const { name } = stream.config;
    if (!isLed(name, message)) return;
    const stored = publish(stream, subject, header, body);
    if (reply !== "" && !faults.losesAnswer(name)) answer(reply, undefined, Buffer.from(pubAck(name, stored)));
    if (stored.kind === "stored") for (const each of stream.consumers.values()) each.onStored(stored.message);
  };
  return (message) => {
    const { subject } = message;
    if (!subject.startsWith("$JS.")) {
      if (subject.startsWith("$SYS.")) throw new NotSimulated(`the subject ${subject}`);
      return onStreamMessage(message);
    }
    if (subject.startsWith("$JS.API.")) return onRequest(message);
    if (subject.startsWith("$JS.ACK.")) return onAck(message);
    if (!subject.startsWith("$JS.FC.")) throw new NotSimulated(`the subject ${subject}`);
    const [, , stream = "", name = ""] = subject.split(".");
    js.streams.get(stream)?.consumers.get(name)?.flowControl(subject);
  };
};
