/**
 * Which kind a call is about, as `group/plural`; "" for a call about the server itself. One kind whose conversion webhook
 * is broken answers 429 for ever (its cache never fills), so what a 429 asks for holds for its kind alone.
 */
export const aboutOf = (path: string): string => {
  const segments = (path.split("?")[0] ?? "").split("/").filter((segment) => segment !== "");
  const isCore = segments[0] === "api";
  if (!isCore && segments[0] !== "apis") return "";
  const rest = segments.slice(isCore ? 2 : 3);
  // A namespaced kind, or the namespaces themselves and what is below one of them, such as its status.
  const plural =
    rest[0] === "namespaces" && rest.length > 2 && !/^(?:status|finalize)$/.test(rest[2] ?? "") ? rest[2] : rest[0];
  return plural === undefined ? "" : `${isCore ? "" : segments[1]}/${plural}`;
};
