import { newObjects } from "@evenkeel/git";
import { describe, expect, test } from "vitest";

import { everyFile, fetched, main, NONE, reasonOf, shopIn, signal, worlds } from "./contract.fixture.ts";
import { EMPTY_TREE } from "./objects.ts";

describe.each(worlds)("a store of %s", (_name, openWorld) => {
  test("tells ancestry in every relation", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const root = await shop.commit("main", { a: "1" });
    await shop.point("refs/heads/side", root);
    const ours = await shop.commit("main", { a: "2" });
    const theirs = await shop.commit("side", { b: "1" });
    const merged = await shop.merge("main", "side", [
      { mode: "100644", oid: await shop.write("blob", "2"), path: "a" },
      { mode: "100644", oid: await shop.write("blob", "1"), path: "b" },
    ]);
    const rewritten = await shop.rewrite("side", { b: "2" });
    const other = await shop.commit("elsewhere", { z: "1" });
    const tag = await shop.tag("v1", theirs, "One");
    for (const ref of ["main", "side", "elsewhere"]) await fetched(store, shop, `refs/heads/${ref}`);
    await fetched(store, shop, "refs/tags/v1");
    const relation = async (one: string, two: string) =>
      Promise.all([store.isAncestor(one, two, signal), store.isAncestor(two, one, signal)]);
    expect(await relation(root, root)).toEqual(["yes", "yes"]);
    expect(await relation(root, merged)).toEqual(["yes", "no"]);
    expect(await relation(theirs, merged)).toEqual(["yes", "no"]);
    expect(await relation(ours, theirs)).toEqual(["no", "no"]);
    expect(await relation(theirs, rewritten)).toEqual(["no", "no"]);
    expect(await relation(other, merged)).toEqual(["no", "no"]);
    expect(await relation(tag, merged)).toEqual(["yes", "no"]);
    expect(await relation(NONE, merged)).toEqual(["missing", "missing"]);
    const blob = await shop.write("blob", "2");
    expect(await reasonOf(() => store.isAncestor(blob, merged, signal))).toBe("ObjectCorrupt");
    expect((await store.readCommit(merged, signal)).parents).toEqual([ours, theirs]);
  });

  test("lists what one commit has and another has not, newest first", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const root = await shop.commit("main", { a: "1" }, 1_700_001_000);
    await shop.point("refs/heads/side", root);
    const [late, early] = [
      await shop.commit("main", { a: "2" }, 1_700_003_000),
      await shop.commit("side", { b: "1" }, 1_700_002_000),
    ];
    const files = await Promise.all(
      [
        ["a", "2"],
        ["b", "1"],
      ].map(async ([path = "", text = ""]) => ({ mode: "100644", oid: await shop.write("blob", text), path })),
    );
    const merged = await shop.merge("main", "side", files);
    await fetched(store, shop);
    expect(await store.revListBetween(merged, root, 10, signal)).toEqual([merged, late, early]);
    expect(await store.revListBetween(merged, early, 10, signal)).toEqual([merged, late]);
    expect(await store.revListBetween(merged, root, 2, signal)).toEqual([merged, late]);
    expect(await store.revListBetween(root, merged, 10, signal)).toEqual([]);
    expect(await reasonOf(() => store.revListBetween(NONE, root, 10, signal))).toBe("ObjectCorrupt");
  });

  test("reads odd trees as they are", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const deep = Array.from({ length: 40 }, (_each, n) => `d${n}`).join("/");
    await shop.commit("main", {
      [`${deep}/leaf.yaml`]: "deep: true\n",
      "näme with space": "1",
      "-x": "1",
      'quo"te\\': "1",
      "tab\there": "1",
      "line\nfeed": "1",
      "run.sh": { executable: "#!/bin/sh\n" },
      link: { link: "../../etc/passwd" },
      module: { submodule: "1".repeat(40) },
      foo: "file",
      "foo.d": "sorted before the folder",
      "foo-dir/a": "1",
      empty: "",
      bytes: Uint8Array.from([0, 255, 10, 13]),
    });
    const tip = await shop.commit("main", { foo: null, "foo/a": "now a folder" });
    await fetched(store, shop);
    const files = await everyFile(store, tip);
    expect(files.join("\n")).toMatchInlineSnapshot(`
    "100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 -x
    100644 d7da30f65b8f37bf5c949da3dde001f923ad5998 4 bytes
    040000 6953281ed67a155280eb8821fc6554516d6e56a8  d0
    040000 aae3e9ee17c4186ab00649acce0a10ceb9a296cd  d0/d1
    040000 69070d01df536f19dab639a0967f61b19fcc9cd2  d0/d1/d2
    040000 ca927867f66193a8c210529b7ea4e2ba892f828d  d0/d1/d2/d3
    040000 dad5a4d02935bbeb6348a44e38ceb4b4e85943f7  d0/d1/d2/d3/d4
    040000 dd197ba0e3edcb375c71d0515fe1194a2faa0a5c  d0/d1/d2/d3/d4/d5
    040000 b9be33fa0e7a57fe532b569dd1fb0ff4eff5cf7e  d0/d1/d2/d3/d4/d5/d6
    040000 485fd1adb183f93c17bfabfee51e1ca26a4a4886  d0/d1/d2/d3/d4/d5/d6/d7
    040000 1b8d3ca68f1648434ee83afd22de95f31fcd89b0  d0/d1/d2/d3/d4/d5/d6/d7/d8
    040000 b668c4c04f86420f19e6e72d9b59cc56c9f221d6  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9
    040000 425e65246afefb5ef87566eeb81da66c4195f4f8  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10
    040000 baa2d3e6b8d119b033795c54df56d8bb498a75a0  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11
    040000 aae97304b0c992a43eb633996789d1aa0c6d8da3  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12
    040000 6dcaad99ba4f295908f7c7ba704e71d7d2bf97d4  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13
    040000 2c4c224eaa6acdb3524b49c819fff36c8cb3aa17  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14
    040000 208a471c6bf550b08ea932f0c04d7ded0bd9df0c  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15
    040000 0d5b2684b2472643180c6d7a2026c61e97dae094  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16
    040000 3482ea6aaa65ea4e6146fe6cb0df06441e423633  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17
    040000 3f162e42e68331b74cbd5c2a05c8855ef1135a11  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18
    040000 2a1d1c5e4acbf72d0bc65c58419e5cbb15f06425  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19
    040000 0bf6691bb89fd8064031020bf3b9e3d977e92f77  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20
    040000 0419616204746fd9fc785f232d7b6b119d6829b7  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21
    040000 7da89926ae6fef932ed6be8cf497cfa249cf1d54  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22
    040000 cba105ae71ca939e858d814d9e64c00c056cfbaa  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23
    040000 cf37d2d0f7ca372c571ae7a23def07dacb7373e2  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24
    040000 391a06e48333d27a1f7a6d10eb9100368acf7f7e  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25
    040000 ba62dc72ae97282a6b114c7916171b2ac2072477  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26
    040000 2a3bd1579c47c322765cf50f3d77aa1de5cd1f95  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27
    040000 4b18e61fa15662d344f09e476ced25b5a82235ef  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28
    040000 ddd610bee87e1aceb0286e0ab0578f2c38ef98cc  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29
    040000 b08fa938b2ba25621cccb8141d0bf5174a1e5ffc  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30
    040000 1fed4d3dbe12572214777d82defc6061ae0ad336  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31
    040000 822b5f352a84a6968be85a55091a0ac82dd4984a  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32
    040000 e10a6a3f9103b055d69ddea0784006bf493fe51e  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33
    040000 acd504f6ce7357e81a7713782532900523063523  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34
    040000 67789d831611fa0f1f6bb3ed34b78007225757bd  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35
    040000 3c7a0417b4d0304a20a22ab790dc6c246b8291e5  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35/d36
    040000 5e3d478858594ced774ad05b2feeef7dced2703a  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35/d36/d37
    040000 5da4b8dc8bdc2aa756238b785be9da84219860ff  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35/d36/d37/d38
    040000 05f6d95be190a9632cacec94c4087fa1c59d51fa  d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35/d36/d37/d38/d39
    100644 f05062048a3957f2b3bf2a150a428a51db7f7aed 11 d0/d1/d2/d3/d4/d5/d6/d7/d8/d9/d10/d11/d12/d13/d14/d15/d16/d17/d18/d19/d20/d21/d22/d23/d24/d25/d26/d27/d28/d29/d30/d31/d32/d33/d34/d35/d36/d37/d38/d39/leaf.yaml
    100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0 empty
    040000 dec00055d1aeef644597adecb6680d94b5ed075f  foo-dir
    100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 foo-dir/a
    100644 5f75600c0227028010c5d71e1508a57a34cb2a3e 24 foo.d
    040000 c570af2bf4740a29d50a385901375266ffbb1f0d  foo
    100644 8f19ae643237a770ca566e456d4acff76594bb5e 12 foo/a
    100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 line\\x0afeed
    120000 9b4019521f1cf2aeba623664c58abd8f98e03b8e 16 link
    160000 1111111111111111111111111111111111111111 - module
    100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 näme with space
    100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 quo"te\\
    100755 1a2485251c33a70432394c93fb89330ef214bfc9 10 run.sh
    100644 56a6051ca2b02b04ef92d5150c9ef600403cb1de 1 tab\\x09here"
  `);
    expect(files.map((line) => line.slice(0, 6)).filter((mode) => mode !== "040000")).toHaveLength(14);
  });

  test("reads names that are no text", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    await shop.commit("main", { a: "1" });
    const blob = await shop.write("blob", "x");
    const body = Buffer.concat([
      Buffer.from("100644 "),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("\0"),
      Buffer.from(blob, "hex"),
    ]);
    const tree = await shop.write("tree", body);
    const who = "Ana <ana@example.org> 1700000000 +0000";
    const tip = await shop.write("commit", `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nOdd\n`);
    await shop.point("refs/heads/odd", tip);
    await fetched(store, shop, "refs/heads/odd");
    expect(await everyFile(store, tip)).toEqual([`100644 ${blob} 1 \\xff\\xfe`]);
  });

  test("reads an empty commit, an empty tree and an emptied folder", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { "a/b/c": "1", d: "1" });
    const same = await shop.commit("main", {});
    const emptied = await shop.commit("main", { "a/b/c": null });
    const nothing = await shop.commit("main", { d: null });
    await fetched(store, shop);
    const trees = await Promise.all([first, same, emptied, nothing].map((oid) => store.readCommit(oid, signal)));
    expect(trees[1]?.tree).toBe(trees[0]?.tree);
    expect((await everyFile(store, emptied)).map((line) => line.slice(-1))).toEqual(["d"]);
    expect(trees[3]?.tree).toBe(EMPTY_TREE);
    expect(await store.readTree(EMPTY_TREE, signal)).toEqual([]);
    expect((await store.readTreeBody(EMPTY_TREE, signal)).length).toBe(0);
    expect(await (await world.open()).has(EMPTY_TREE, signal)).toBe(true);
  });

  test("finds the new objects of a commit that moved a folder", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { "apps/web/a.yaml": "1", "apps/web/b.yaml": "2", c: "3" });
    const moved = await shop.move("main", "apps/web", "teams/shop/web");
    await fetched(store, shop);
    const [before, after] = await Promise.all([first, moved].map((oid) => store.readCommit(oid, signal)));
    const found = await newObjects(store, before?.tree ?? "", after?.tree ?? "", signal);
    expect([...found]).toMatchInlineSnapshot(`
    [
      "09e87d66d1341bf4f74cdde9c5e1aafa3910ea26",
      "b8d645be95db11804fcb53f9b6daffd4e4a475e6",
      "dcd019d54bd4474e96b9e17c9f34d772f3b8a640",
      "01d314865ccc54efd07cbb3041cb84fee047329b",
      "56a6051ca2b02b04ef92d5150c9ef600403cb1de",
      "d8263ee9860594d2806b0dfd1bfd17528b0ba2a4",
    ]
  `);
    expect((await everyFile(store, moved)).map((line) => line.slice(line.lastIndexOf(" ") + 1))).toEqual([
      "c",
      "teams",
      "teams/shop",
      "teams/shop/web",
      "teams/shop/web/a.yaml",
      "teams/shop/web/b.yaml",
    ]);
  });

  test("tells what an object is, and takes none for another", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const tip = await shop.commit("main", { a: "1" });
    const tag = await shop.tag("v1", tip, "One");
    await fetched(store, shop, "refs/tags/v1");
    const { tree } = await store.readCommit(tip, signal);
    const [blob] = (await store.readTree(tree, signal)).map(({ oid }) => oid);
    const raw = await Promise.all([tip, tag, tree, blob ?? ""].map((oid) => store.readObject(oid, signal)));
    expect(raw.map((object) => [object?.type, object?.size, object?.body?.length])).toMatchInlineSnapshot(`
    [
      [
        "commit",
        149,
        149,
      ],
      [
        "tag",
        118,
        118,
      ],
      [
        "tree",
        29,
        29,
      ],
      [
        "blob",
        1,
        1,
      ],
    ]
  `);
    expect(await store.readObject(NONE, signal)).toBeUndefined();
    expect(await store.has("f".repeat(64), signal)).toBe(false);
    expect(await reasonOf(() => store.readCommit(tree, signal))).toBe("RefInvalid");
    expect(await reasonOf(() => store.readTree(tip, signal))).toBe("ObjectCorrupt");
    expect(await reasonOf(() => store.readBlob(tree, signal))).toBe("ObjectCorrupt");
    expect(await reasonOf(() => store.readBlob(NONE, signal))).toBe("ObjectCorrupt");
    expect(await reasonOf(async () => store.readObject("HEAD", signal))).toBe("RefInvalid");
    expect(await reasonOf(async () => store.isAncestor("--help", tip, signal))).toBe("RefInvalid");
    for (const ref of ["main", "refs/heads/a..b", "refs/remotes/x", "--upload-pack=x"]) {
      expect(await reasonOf(() => store.lsRemote(shop.remote, [ref], signal))).toBe("RefInvalid");
      expect(await reasonOf(async () => store.fetchCandidate(shop.remote, ref, 1, signal))).toBe("RefInvalid");
    }
    await expect((async () => store.fetchCandidate(shop.remote, main, -1, signal))()).rejects.toThrow(RangeError);
  });

  test("follows a tag of tags, but not for ever", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const tip = await shop.commit("main", { a: "1" });
    let at = tip;
    const chain: string[] = [];
    for (const name of ["a", "b", "c", "d", "e"]) {
      const kind = at === tip ? "commit" : "tag";
      const body = `object ${at}\ntype ${kind}\ntag ${name}\ntagger Ana <ana@example.org> 1700000000 +0000\n\nTag\n`;
      chain.push((at = await shop.write("tag", body)));
    }
    await shop.point("refs/tags/e", at);
    expect(await fetched(store, shop, "refs/tags/e")).toBe(at);
    expect((await store.readCommit(chain[3] ?? "", signal)).oid).toBe(tip);
    expect(await reasonOf(() => store.readCommit(at, signal))).toBe("ObjectCorrupt");
  });

  test("tells a large object by its size", async () => {
    const { world, shop } = await shopIn(openWorld);
    await using _ = world;
    const store = await world.open({ limits: { objectBytes: 1000 } });
    const tip = await shop.commit("main", { large: "x".repeat(5000), fits: "y".repeat(1000) });
    await fetched(store, shop);
    const [fits, large] = await store.readTree((await store.readCommit(tip, signal)).tree, signal);
    expect(await store.readObject(large?.oid ?? "", signal)).toMatchObject({ size: 5000, body: undefined });
    expect(await store.has(large?.oid ?? "", signal)).toBe(true);
    expect(await reasonOf(() => store.readBlob(large?.oid ?? "", signal))).toBe("LimitExceeded");
    expect(await store.readBlob(fits?.oid ?? "", signal)).toHaveLength(1000);
  });

  test("keeps what it has over a restart, and begins again where that is lost", async () => {
    await using world = await openWorld();
    const shop = await world.create("shop");
    const first = await shop.commit("main", { a: "1" });
    {
      await using store = await world.open({ name: "kept" });
      await fetched(store, shop);
      await store.keepAccepted(1, first);
    }
    const store = await world.open({ name: "kept" });
    expect(await store.has(first, signal)).toBe(true);
    await store.renew(signal);
    expect(await store.has(first, signal)).toBe(false);
    expect(await store.isAncestor(first, first, signal)).toBe("missing");
    expect(await fetched(store, shop)).toBe(first);
    expect(await (await world.open({ name: "other" })).has(first, signal)).toBe(false);
  });

  test("fetches all of it again after its disk was emptied under it", async () => {
    await using world = await openWorld();
    const shop = await world.create("shop");
    const store = await world.open({ name: "lost" });
    const first = await shop.commit("main", { a: "1" });
    await fetched(store, shop);
    await world.loseStore("lost");
    const second = await shop.commit("main", { a: "2" });
    expect(await fetched(store, shop)).toBe(second);
    expect(await store.isAncestor(first, second, signal)).toBe("yes");
  });

  test("makes one pack of many, and throws away what neither a candidate nor an accepted tip reaches", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const root = await shop.commit("main", { a: "0" });
    const tips = [await shop.commit("main", { a: "1" })];
    await fetched(store, shop);
    await store.keepAccepted(1, tips[0] ?? "");
    for (const n of [2, 3, 4]) {
      tips.push(await shop.rewrite("main", { a: `${n}` }));
      await fetched(store, shop);
    }
    expect(await store.tidy(signal)).toBe(false);
    expect(await store.tidy(signal, 4)).toBe(false);
    expect(await store.tidy(signal, 3)).toBe(true);
    expect(await store.tidy(signal, 1)).toBe(false);
    const kept = await Promise.all([root, ...tips].map((oid) => store.isAncestor(oid, oid, signal)));
    expect(kept).toEqual(["yes", "yes", "missing", "yes", "yes"]);
  });

  test("does one fetch at a time, and reads meanwhile", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const first = await shop.commit("main", { a: "1" });
    const side = await shop.commit("side", { b: "1" });
    const both = [fetched(store, shop), store.fetchCandidate(shop.remote, "refs/heads/side", 2, signal)];
    expect(await store.has(NONE, signal)).toBe(false);
    expect(await Promise.all(both)).toEqual([first, side]);
  });

  test("ends each call with the reason of its signal", async () => {
    const { world, shop, store } = await shopIn(openWorld);
    await using _ = world;
    const tip = await shop.commit("main", { a: "1" });
    await fetched(store, shop);
    const reason = new Error("the lease has ended");
    const ended = AbortSignal.abort(reason);
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.lsRemote(shop.remote, [main], ended),
      () => store.fetchCandidate(shop.remote, main, 1, ended),
      () => store.isAncestor(tip, tip, ended),
      () => store.has(tip, ended),
      () => store.readObject(tip, ended),
      () => store.readCommit(tip, ended),
      () => store.readTree(tip, ended),
      () => store.revListBetween(tip, tip, 1, ended),
      () => store.renew(ended),
    ];
    for (const call of calls) await expect(call()).rejects.toBe(reason);
    const remote = await world.meeting("silent", shop);
    const stop = new AbortController();
    const asking = store.lsRemote(remote, [main], stop.signal);
    const fetching = store.fetchCandidate(remote, main, 1, stop.signal);
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await expect(fetching).rejects.toBe(reason);
  });

  test("of a machine that can run nothing says so", async () => {
    await using world = await openWorld();
    const shop = await world.create("shop");
    const tip = await shop.commit("main", { a: "1" });
    const store = await world.exhaust();
    for (const call of [
      () => store.fetchCandidate(shop.remote, main, 1, signal),
      () => store.isAncestor(tip, tip, signal),
      () => store.has(tip, signal),
    ])
      expect(await reasonOf(call)).toBe("ResourceExhausted");
  });
});
