import type { KubeRequest, KubeResponse, KubeStream, KubeStreamRequest } from "./transport.ts";

/** The bare way to one API server: sockets, or a cluster in this process. What all calls share stands above it. */
export interface KubeWire extends AsyncDisposable {
  /** One question, one answer; `onSend` is called right before it goes. Throws OtherCluster and NotIdentified before that. */
  exchange(request: KubeRequest, signal: AbortSignal, onSend: () => void): Promise<KubeResponse>;
  /** Opens within `opening`, and then lasts until `signal` ends. Throws the classified ApiError for any status but 200. */
  stream(request: KubeStreamRequest, signal: AbortSignal, opening: AbortSignal): Promise<KubeStream>;
  /** After a 401: what comes next goes with credentials that are read anew. */
  renew(): void;
}
