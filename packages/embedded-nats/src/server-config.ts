export interface ServerConfig {
  readonly folder: string;
  readonly serverName?: string;
  /** -1 lets the system choose a free port. */
  readonly port?: number;
  readonly jetstream?: JetStreamConfig | false;
  /** More configuration text as the server reads it: accounts, users with their nkeys and permissions. */
  readonly extra?: string;
}
export interface JetStreamConfig {
  readonly storeFolder?: string;
  /** `always` syncs each write before it is acknowledged; the default syncs every two minutes. */
  readonly syncInterval?: "always" | "default";
  readonly domain?: string;
  /** What all streams together may reserve; absent: three quarters of what is free on the disk. Nothing is taken by it. */
  readonly maxFileStoreGiB?: number;
}

/** The configuration of a server that only this machine reaches: loopback, chosen ports, a ports file below `folder`. */
export const serverConfig = ({ folder, serverName, port = -1, jetstream = {}, extra = "" }: ServerConfig): string =>
  [
    `server_name: ${quote(serverName ?? "evenkeel-embedded")}`,
    `host: "127.0.0.1"`,
    `port: ${port}`,
    `http: "127.0.0.1:-1"`,
    `ports_file_dir: ${quote(folder)}`,
    `pid_file: ${quote(`${folder}/nats-server.pid`)}`,
    `max_payload: 1MB`,
    `write_deadline: 10s`,
    `lame_duck_duration: 30s`,
    `ping_interval: 20s`,
    ...(jetstream === false ? [] : [jetStreamBlock(folder, jetstream)]),
    extra,
    "",
  ].join("\n");

const jetStreamBlock = (folder: string, config: JetStreamConfig): string => {
  const { storeFolder, syncInterval = "default", domain, maxFileStoreGiB } = config;
  const lines = [
    `store_dir: ${quote(storeFolder ?? `${folder}/store`)}`,
    ...(syncInterval === "always" ? ["sync_interval: always"] : []),
    ...(domain === undefined ? [] : [`domain: ${quote(domain)}`]),
    ...(maxFileStoreGiB === undefined ? [] : [`max_file_store: ${Math.ceil(maxFileStoreGiB * 2 ** 30)}`]),
    "max_buffered_msgs: 20000",
  ];
  return `jetstream {\n  ${lines.join("\n  ")}\n}`;
};

const quote = (text: string): string => JSON.stringify(text);
