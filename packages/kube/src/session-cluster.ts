import { ApiError } from "./api-error.ts";
import { classifyResponse } from "./classify-response.ts";
import type { HttpSession } from "./http-session.ts";
import { protocolError } from "./network-error.ts";
import { OtherCluster } from "./other-cluster.ts";
import { readJson } from "./read-json.ts";
import type { KubeResponse } from "./transport.ts";

/** The read of the namespace whose UID is the cluster's. */
export const WHO = { method: "GET", path: "/api/v1/namespaces/kube-system" } as const;

/** Asks over the present connection of a session; `connection` is the one that it went over. */
export type AskWho = (session: HttpSession) => Promise<{ readonly connection: number; readonly answer: KubeResponse }>;

/** The cluster behind one connection. */
export interface Behind {
  readonly connection: number;
  readonly uid: string;
}

const uidOf = (answer: KubeResponse): string => {
  const subject = `${WHO.method} ${WHO.path}`;
  const refused = classifyResponse("GET", answer);
  // An API server that was made anew is there before its namespaces are.
  if (answer.status === 404) {
    const message = "no namespace kube-system, so it is not known which cluster this is";
    throw new ApiError(subject, { errorClass: "TRANSIENT", status: 404, reason: "NotFound", message, causes: [] });
  }
  if (refused !== undefined) throw new ApiError(subject, refused);
  const namespace = readJson(answer.body) as { readonly metadata?: { readonly uid?: unknown } } | null | undefined;
  const uid = namespace?.metadata?.uid;
  if (typeof uid !== "string" || uid === "") throw protocolError(subject, "a namespace without a UID");
  return uid;
};

const askAnew = async (session: HttpSession, ask: AskWho): Promise<Behind | KubeResponse> => {
  const { connection, answer } = await ask(session);
  // What the caller knows what to do about, and never reads as content.
  if (answer.status === 401 || answer.status === 429) return answer;
  return { connection, uid: uidOf(answer) };
};

/**
 * The cluster behind a session's present connection: one call a connection, however many ask. An answer is one of 401 or
 * 429 instead. Throws ApiError.
 */
const behind = async (session: HttpSession, ask: AskWho): Promise<Behind | KubeResponse> => {
  for (;;) {
    const asked = (session.asked ??= askAnew(session, ask));
    const forget = (): void => {
      if (session.asked === asked) session.asked = undefined;
    };
    try {
      const found = await asked;
      if ("uid" in found && found.connection === session.connection) return found;
      forget();
      if (!("uid" in found)) return found;
    } catch (error) {
      forget();
      throw error;
    }
  }
};

/** The connection over which a call for this cluster may go. Throws OtherCluster and ApiError; 401 and 429 are answers. */
export const connectionTo = async (
  session: HttpSession,
  cluster: string,
  ask: AskWho,
): Promise<Behind | KubeResponse> => {
  const found = await behind(session, ask);
  if ("uid" in found && found.uid !== cluster) throw new OtherCluster(cluster, found.uid);
  return found;
};
