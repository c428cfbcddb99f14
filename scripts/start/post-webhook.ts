import { createHmac } from "node:crypto";

/** Posts a push event as a generic sender: HMAC-SHA256 over the raw body in X-Signature. Throws unless it is accepted. */
export const postWebhook = async (url: string, repository: string, secret: string): Promise<void> => {
  const body = JSON.stringify({ repository, at: new Date().toISOString() });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const answer = await fetch(`${url}/hooks/${repository}`, {
    method: "POST",
    headers: { "x-signature": signature, "content-type": "application/json" },
    body,
  });
  await answer.body?.cancel();
  if (answer.status >= 300) throw new Error(`webhook for ${repository}: ${answer.status}`);
};
