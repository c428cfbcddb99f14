import { once } from "node:events";
import { createServer } from "node:https";
import { json } from "node:stream/consumers";

import { makeAuthority } from "@evenkeel/testing";

/** A webhook that keeps everybody waiting until it is told to answer. */
export const startWebhook = async () => {
  const authority = makeAuthority();
  const { certPem, keyPem } = authority.serverCertificate();
  const released = Promise.withResolvers<void>();
  const asked = { times: 0, open: 0, most: 0 };
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    const answer = async (): Promise<void> => {
      const { request: review } = (await json(request)) as { readonly request: { readonly uid: string } };
      asked.times += 1;
      asked.open += 1;
      asked.most = Math.max(asked.most, asked.open);
      response.once("close", () => (asked.open -= 1));
      await released.promise;
      response.writeHead(200, { "content-type": "application/json" });
      const told = { uid: review.uid, allowed: true };
      response.end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: told }));
    };
    answer().catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    asked,
    release: () => released.resolve(),
    clientConfig: {
      url: `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`,
      caBundle: Buffer.from(authority.certPem).toString("base64"),
    },
    [Symbol.asyncDispose]: async () => {
      released.resolve();
      server.closeAllConnections();
      server.close();
    },
  };
};
