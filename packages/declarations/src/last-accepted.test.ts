import { describe, expect, test } from "vitest";

import type { DeclarationSet } from "./declaration-set.ts";
import { application, cluster, docs, fleet, repository } from "./fleet-texts.fixture.ts";

describe("what was accepted before", () => {
  const before = fleet({
    "repos.yaml": repository(),
    "apps.yaml": docs(application("web"), application("api")),
    "clusters.yaml": cluster(),
  }).set;
  const names = (set: DeclarationSet) => set.applications.map(({ metadata, spec }) => `${metadata.name} ${spec.path}`);

  test("stays for a bad document alone, while its neighbours go on", () => {
    const { set, held } = fleet(
      {
        "repos.yaml": repository(),
        "apps.yaml": docs(application("web", "  drift: never\n"), application("api").replace("apps/api", "apps/api2")),
        "clusters.yaml": cluster(),
      },
      before,
    );
    expect(names(set)).toEqual(["api apps/api2", "web apps/web"]);
    expect(held).toEqual(["Application/web"]);
  });

  test("stays for every declaration of a file that does not parse", () => {
    const { set, held } = fleet(
      { "repos.yaml": repository(), "apps.yaml": "a: [", "clusters.yaml": cluster() },
      before,
    );
    expect(names(set)).toEqual(["api apps/api", "web apps/web"]);
    expect(held).toEqual(["Application/api", "Application/web"]);
  });

  test("goes when its document is removed from a file that parses, and when its file is removed", () => {
    const files = { "repos.yaml": repository(), "clusters.yaml": cluster() };
    expect(names(fleet({ ...files, "apps.yaml": application("web") }, before).set)).toEqual(["web apps/web"]);
    expect(names(fleet(files, before).set)).toEqual([]);
  });

  test("stays when its file vanished while another file cannot be read, for it may have moved there", () => {
    const files = { "repos.yaml": repository(), "clusters.yaml": cluster(), "moved.yaml": "a: [" };
    expect(names(fleet(files, before).set)).toEqual(["api apps/api", "web apps/web"]);
  });

  test("stays when a document of its file does not say who it is", () => {
    const files = { "repos.yaml": repository(), "clusters.yaml": cluster() };
    const broken = application("web").replace("kind: Application", "kind: Aplication");
    const { set } = fleet({ ...files, "apps.yaml": docs(broken, application("api")) }, before);
    expect(names(set)).toEqual(["api apps/api", "web apps/web"]);
  });

  test("keeps a Repository that an application still needs, and says where", () => {
    const files = { "apps.yaml": docs(application("web"), application("api")), "clusters.yaml": cluster() };
    const { set, errors } = fleet(files, before);
    expect(set.repositories.map(({ metadata }) => metadata.name)).toEqual(["shop"]);
    expect(errors.map(({ message }) => message)).toEqual(['no Repository named "shop"', 'no Repository named "shop"']);
    expect(names(set)).toEqual(["api apps/api", "web apps/web"]);
  });

  test("keeps its name and id against a newcomer in another file", () => {
    const files = {
      "repos.yaml": repository(),
      "clusters.yaml": cluster(),
      "apps.yaml": docs(application("web"), application("api")),
    };
    const twice = fleet({ ...files, "aaa.yaml": application("web").replace("apps/web", "apps/evil") }, before);
    expect(names(twice.set)).toEqual(["api apps/api", "web apps/web"]);
    expect(twice.errors[0]).toMatchObject({
      file: "aaa.yaml",
      message: 'Application "web" is declared twice, first at apps.yaml:4',
    });
    const thief = fleet({ ...files, "aaa.yaml": application("aaa", "  id: web\n") }, before);
    expect(thief.errors[0]).toMatchObject({ file: "aaa.yaml", message: 'the id "web" belongs to Application "web"' });
    expect(names(thief.set)).toEqual(["api apps/api", "web apps/web"]);
  });

  test("moves with its document to another file", () => {
    const { set, errors } = fleet(
      {
        "repos.yaml": repository(),
        "clusters.yaml": cluster(),
        "new.yaml": docs(application("web"), application("api")),
      },
      before,
    );
    expect(errors).toEqual([]);
    expect(set.applications.map(({ file }) => file)).toEqual(["new.yaml", "new.yaml"]);
  });
});
