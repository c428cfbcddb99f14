import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { beforeAll, describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../../embedded-cluster.ts";
import { isMap, type LiveObject, type Value } from "../../json.ts";
import { type AskAny, askEmbedded, askReal, masked, type Told } from "../../testdata/ask-both.ts";
import { NAMESPACE, type Specimen, specimens } from "./testdata/specimens.ts";
import { widgetDefinition, widgets } from "./testdata/widgets.ts";

const TABLE =
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
const json = { "content-type": "application/json" };

const AGE = /^(?:\d+[smhdy]){1,2}$/;
const AGO = /\(\S+ ago\)$/;
const maskedCell = (cell: Value): Value =>
  typeof cell === "string"
    ? cell
        .replace(AGE, "*")
        .replace(AGO, "(* ago)")
        .replace(/^\d{4}-\d\d-\d\dT.*Z$/, "<time>")
        .replace(/^10\.\d+\.\d+\.\d+$/, "<address>")
    : cell;

/** A table without ages and allocated addresses. */
const maskedTable = (value: Value): Value => {
  if (!isMap(value) || !Array.isArray(value["rows"])) return value;
  const rows = value["rows"].map((row) =>
    isMap(row) && Array.isArray(row["cells"]) ? { ...row, cells: row["cells"].map(maskedCell) } : row,
  );
  return { ...value, rows };
};

/** Who manages what of the objects is not the tables' matter. */
const unmanaged = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(unmanaged);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "managedFields");
  return Object.fromEntries(kept.map(([key, each]) => [key, unmanaged(each)]));
};

const shown = (told: Told): Value => maskedTable(unmanaged(masked(told).body));

const create = async (ask: AskAny, { body, path, status }: Specimen): Promise<void> => {
  const created = await ask({ method: "POST", path, headers: json, body: JSON.stringify(body) });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  if (status === undefined) return;
  const patch = { ...json, "content-type": "application/merge-patch+json" };
  const at = `${path}/${body.metadata["name"] as string}/status`;
  const told = await ask({ method: "PATCH", path: at, headers: patch, body: JSON.stringify({ status }) });
  expect(told.status, JSON.stringify(told.body)).toBe(200);
};

/** Collections that both servers fill by themselves show more than what was created here. */
const own = async (ask: AskAny, path: string): Promise<readonly Value[]> => {
  const names = [...specimens, ...widgets]
    .filter((each) => each.path === path)
    .map(({ body }) => body.metadata["name"]);
  const told: Value[] = [];
  for (const name of names) {
    told.push(shown(await ask({ method: "GET", path: `${path}/${name as string}`, headers: { accept: TABLE } })));
  }
  return told;
};

const paths = [...new Set([...specimens, ...widgets].map(({ path }) => path))];

describe.skipIf(!controlPlaneAvailable)("tables of a real kube-apiserver and the embedded one", () => {
  const cluster = createEmbeddedCluster();
  const ours = askEmbedded(cluster);
  let real: AskAny;

  beforeAll(async () => {
    real = askReal(await sharedControlPlane());
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } } as LiveObject;
    for (const ask of [ours, real]) {
      await create(ask, { path: "/api/v1/namespaces", body: namespace });
      await create(ask, { path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", body: widgetDefinition });
      for (const specimen of specimens) await create(ask, specimen);
    }
    await eventually(async () => (await real({ method: "GET", path: widgets.at(-1)!.path })).status === 200);
    for (const ask of [ours, real]) for (const widget of widgets) await create(ask, widget);
  }, 60_000);

  test.each(paths)("%s: the same columns and cells", async (path) => {
    expect(await own(ours, path)).toEqual(await own(real, path));
  });

  const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
  test.each([
    `${pods}?limit=3`,
    `${pods}?labelSelector=none`,
    `${pods}?includeObject=None`,
    `${pods}?includeObject=Object`,
    `${pods}?includeObject=Wrong`,
    `${pods}?watch=1&timeoutSeconds=1`,
    `${pods}?watch=1&timeoutSeconds=1&includeObject=Wrong`,
    `/apis/autoscaling/v1/namespaces/${NAMESPACE}/horizontalpodautoscalers`,
    `/apis/autoscaling/v1/namespaces/${NAMESPACE}/horizontalpodautoscalers?includeObject=Object`,
    widgets[0]!.path,
  ])("%s: the same table", async (path) => {
    const [mine, theirs] = [ours, real].map((ask) => ask({ method: "GET", path, headers: { accept: TABLE } }));
    expect(events(shown(await mine!))).toEqual(events(shown(await theirs!)));
  });
});

/** The lines of a watch without what counts time. */
const events = (told: Value): Value => {
  if (!Array.isArray(told)) {
    if (!isMap(told)) return told;
    const { metadata: _, ...rest } = told;
    return rest;
  }
  return told.map((event) => (isMap(event) ? { ...event, object: maskedTable(event["object"] ?? null) } : event));
};
