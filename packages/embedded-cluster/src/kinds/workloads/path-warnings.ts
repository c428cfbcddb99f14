import { isMap } from "../../json.ts";
import type { ValueMap } from "../../json.ts";
import { goQuote } from "../validation/go-quote.ts";
import { mapAt, mapsAt, textAt } from "./reading.ts";

/** A file that a volume shows, and what it comes from where there is more than one. */
interface ShownFile {
  readonly path: string;
  readonly source: string;
}

const told = ({ path, source }: ShownFile): string => (source === "" ? goQuote(path) : `${goQuote(path)} (${source})`);

const filesOf = (source: ValueMap | undefined, from: string): readonly ShownFile[] =>
  mapsAt(source, "items").map((item) => ({ path: textAt(item, "path"), source: from }));

const overlaps = (left: ShownFile, right: ShownFile): boolean =>
  left.path !== "" &&
  right.path !== "" &&
  (`${left.path}/`.startsWith(`${right.path}/`) || `${right.path}/`.startsWith(`${left.path}/`));

/** Files of one volume that hide each other. */
export const pathWarnings = (spec: ValueMap | undefined): readonly string[] =>
  mapsAt(spec, "volumes").flatMap((volume) => {
    const name = goQuote(textAt(volume, "name"));
    const warn = (what: string, files: readonly ShownFile[]): readonly string[] =>
      overlapping(files).map((text) => `volume ${name} (${what}): overlapping paths: ${text}`);
    const [configMap, secret] = [mapAt(volume, "configMap"), mapAt(volume, "secret")];
    const projected = mapAt(volume, "projected");
    return [
      ...warn(`ConfigMap ${goQuote(textAt(configMap, "name"))}`, filesOf(configMap, "")),
      ...warn(`Secret ${goQuote(textAt(secret, "secretName"))}`, filesOf(secret, "")),
      ...warn("DownwardAPI", filesOf(mapAt(volume, "downwardAPI"), "")),
      ...mapsAt(projected, "sources").flatMap((source) =>
        Object.values(source).some(isMap) ? [] : [`volume ${name} (Projected) has no sources provided`],
      ),
      ...warn("Projected", mapsAt(projected, "sources").flatMap(projectedFiles)),
    ];
  });

const projectedFiles = (source: ValueMap): readonly ShownFile[] => {
  const [configMap, secret] = [mapAt(source, "configMap"), mapAt(source, "secret")];
  if (mapsAt(configMap, "items").length > 0)
    return filesOf(configMap, `ConfigMap ${goQuote(textAt(configMap, "name"))}`);
  if (mapsAt(secret, "items").length > 0) return filesOf(secret, `Secret ${goQuote(textAt(secret, "name"))}`);
  const downward = filesOf(mapAt(source, "downwardAPI"), "DownwardAPI");
  if (downward.length > 0) return downward;
  const token = mapAt(source, "serviceAccountToken");
  return token === undefined ? [] : [{ path: textAt(token, "path"), source: "ServiceAccountToken" }];
};

const overlapping = (files: readonly ShownFile[]): readonly string[] => {
  const all = files.map((file) => ({ ...file, path: file.path.replace(/\/+$/, "") }));
  return all.flatMap((file, index) =>
    all.slice(0, index).flatMap((earlier) => (overlaps(file, earlier) ? [`${told(file)} with ${told(earlier)}`] : [])),
  );
};
