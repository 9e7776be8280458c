// Content up and down: the same bytes, bounded memory, and nothing released that is not authentic.

import assert from "node:assert/strict";
import { test } from "node:test";

import { concat } from "../../../static/js/core/bytes.js";
import { CofferError, NetworkError } from "../../../static/js/core/errors.js";
import { Mover } from "../../../static/js/state/mover.js";
import { Vault } from "../../../static/js/state/vault.js";
import { makeMember, openDevice } from "./world.js";

/** @typedef {import("./fake_server.js").FakeServer} FakeServer */

const BLOCK = 16 * 524_256;

/** A device with everything but a browser's download: what would be saved is kept. */
async function makeDrive() {
  const { server } = await makeMember();
  const tools = await openDevice(server);
  const vault = new Vault();
  vault.open(tools);
  await vault.refresh();
  /** @type {{name: string, size: number, pieces: Uint8Array<ArrayBuffer>[], whole: boolean}[]} */
  const saved = [];
  const streams = /** @type {import("../../../static/js/transport/streams.js").Streams} */ (/** @type {unknown} */ ({
    async save(/** @type {any} */ file, /** @type {AsyncIterable<Uint8Array<ArrayBuffer>>} */ pieces) {
      /** @type {typeof saved[number]} */
      const record = { ...file, pieces: [], whole: false };
      saved.push(record);
      for await (const piece of pieces) {
        record.pieces.push(piece);
      }
      record.whole = true;
    },
  }));
  const mover = new Mover({ vault, streams });
  mover.use(tools);
  return { server, vault, mover, saved };
}

function makeRun() {
  const control = new AbortController();
  /** @type {number[]} */
  const progress = [];
  const run = { rank: 1, signal: control.signal, onProgress: (/** @type {number} */ done) => { progress.push(done); }, onFinal: () => {} };
  return { run, control, progress };
}

/** @param {number} length */
function noise(length) {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(data.subarray(at, at + 65_536));
  }
  return data;
}

/** @param {Awaited<ReturnType<typeof makeDrive>>} drive @param {Uint8Array<ArrayBuffer>} data */
async function upload({ mover, vault }, data, name = "notes.txt") {
  const made = makeRun();
  await mover.upload(new File([data], name, { type: "text/plain", lastModified: 1_600_000_000_000 }), made.run);
  const item = vault.files.find((file) => file.name === name);
  assert.ok(item);
  return { ...made, file: item.file };
}

/** A request that only ends by being cancelled. @param {AbortSignal} signal @returns {Promise<never>} */
function untilAborted(signal) {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(new CofferError("cancelled", "cancelled"));
    signal.addEventListener("abort", stop);
    if (signal.aborted) {
      stop();
    }
  });
}

for (const length of [0, 5, 524_256, BLOCK, BLOCK + 1]) {
  test(`${length} bytes come back as they went`, async () => {
    const drive = await makeDrive();
    const data = noise(length);
    const { file, progress } = await upload(drive, data);
    assert.deepEqual(drive.vault.files.map(({ name, size, type, modified }) => ({ name, size, type, modified })),
      [{ name: "notes.txt", size: length, type: "text/plain", modified: 1_600_000_000_000 }]);
    assert.equal(Math.max(0, ...progress), length);
    assert.equal(drive.server.log.some((line) => line.startsWith("open")), length > BLOCK);
    const { run } = makeRun();
    await drive.mover.download(file, run);
    assert.equal(drive.saved[0].whole, true);
    assert.equal(drive.saved[0].size, length);
    assert.ok(Buffer.from(concat(...drive.saved[0].pieces)).equals(data));
  });
}

test("an upload is final before it is committed, and not before its blocks are there", async () => {
  const drive = await makeDrive();
  const { run } = makeRun();
  run.onFinal = () => {
    assert.equal(drive.server.chain.length, 1);
    assert.equal(drive.server.blocks.size, 1);
    drive.server.log.push("final");
  };
  await drive.mover.upload(new File(["x"], "x"), run);
  assert.ok(drive.server.log.includes("final"));
  assert.equal(drive.server.chain.length, 2);
});

test("a block that was flipped ends the download; only what came before it was released", async () => {
  const drive = await makeDrive();
  const data = noise(3 * BLOCK);
  const { file } = await upload(drive, data);
  const { version } = drive.vault.describe(file);
  const flipped = new Uint8Array(await /** @type {Blob} */ (drive.server.blocks.get(`${version}/1`)).arrayBuffer());
  flipped[4_000_000] ^= 1;
  drive.server.blocks.set(`${version}/1`, new Blob([flipped]));
  await assert.rejects(drive.mover.download(file, makeRun().run), { code: "tampered_content" });
  assert.equal(drive.saved[0].whole, false);
  assert.ok(Buffer.from(concat(...drive.saved[0].pieces)).equals(data.subarray(0, BLOCK)));
});

test("blocks in another's place, and another version's, are refused", async () => {
  const drive = await makeDrive();
  const first = await upload(drive, noise(2 * BLOCK), "first");
  const second = await upload(drive, noise(2 * BLOCK), "second");
  const [one, two] = [first, second].map(({ file }) => drive.vault.describe(file).version);
  const kept = /** @type {Blob} */ (drive.server.blocks.get(`${one}/0`));
  for (const other of [`${one}/1`, `${two}/0`]) {
    drive.server.blocks.set(`${one}/0`, /** @type {Blob} */ (drive.server.blocks.get(other)));
    await assert.rejects(drive.mover.download(first.file, makeRun().run), { code: "tampered_content" });
  }
  drive.server.blocks.set(`${one}/0`, kept);
  await drive.mover.download(first.file, makeRun().run);
});

/** @type {[string, string, (stored: any, other: any) => object][]} */
const LIES = [
  ["a DEK of the server's own", "tampered_wrap", () => ({ wrap: crypto.getRandomValues(new Uint8Array(384)) })],
  ["another file's wrap", "tampered_wrap", (_stored, other) => ({ wrap: other.wrap })],
  ["another file's manifest", "tampered_manifest", (_stored, other) => ({ manifest: other.manifest })],
  ["another file's metadata", "tampered_content", (_stored, other) => ({ metadata: other.metadata })],
  ["another digest list", "tampered_content", (_stored, other) => ({ digests: other.digests })],
  ["another generation", "tampered_wrap", () => ({ generation: 2 })],
  ["another file", "tampered_unlisted", (_stored, other) => ({ file: other.file })],
  ["another version", "format", (_stored, other) => other],
];
for (const [what, code, lie] of LIES) {
  test(`a download that offers ${what} is refused before a byte is released`, async () => {
    const drive = await makeDrive();
    const { file } = await upload(drive, noise(5), "first");
    const other = drive.vault.describe((await upload(drive, noise(5), "second")).file).version;
    const { version } = drive.vault.describe(file);
    const stored = drive.server.versions.get(version);
    const changed = { ...stored, ...lie(stored, drive.server.versions.get(other)) };
    drive.server.versions.set(version, /** @type {any} */ (changed));
    drive.server.getBlock = () => { throw new Error("no block may be asked for"); };
    await assert.rejects(drive.mover.download(file, makeRun().run), { code });
    assert.deepEqual(drive.saved.flatMap(({ pieces }) => pieces), []);
  });
}

test("a capability that has expired is renewed once, not once a block", async () => {
  const drive = await makeDrive();
  const { file } = await upload(drive, noise(3 * BLOCK));
  const honest = drive.server.openDownloads.bind(drive.server);
  drive.server.openDownloads = async (versions) => {
    const answer = await honest(versions);
    if (drive.server.log.filter((line) => line === "download").length === 1) {
      drive.server.capability = "second";
    }
    return answer;
  };
  await drive.mover.download(file, makeRun().run);
  assert.equal(drive.saved[0].whole, true);
  assert.equal(drive.server.log.filter((line) => line === "download").length, 2);
});

test("at most three full blocks are in memory at once", async () => {
  const drive = await makeDrive();
  let now = 0;
  let most = 0;
  const honest = drive.server.putBlock.bind(drive.server);
  drive.server.putBlock = async (block, signal, onProgress) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    now -= 1;
    return honest(block, signal, onProgress);
  };
  await Promise.all([upload(drive, noise(4 * BLOCK), "first"), upload(drive, noise(4 * BLOCK), "second")]);
  assert.equal(most, 3);
});

test("the same sealed bytes are sent again when the line was lost", async () => {
  const drive = await makeDrive();
  /** @type {Blob[]} */
  const sent = [];
  const honest = drive.server.putBlock.bind(drive.server);
  drive.server.putBlock = async (block, signal, onProgress) => {
    sent.push(block.body);
    if (sent.length === 1) {
      throw new NetworkError("network", "no line");
    }
    return honest(block, signal, onProgress);
  };
  const data = noise(9);
  const { file } = await upload(drive, data);
  assert.deepEqual(await sent[0].text(), await sent[1].text());
  await drive.mover.download(file, makeRun().run);
  assert.ok(Buffer.from(concat(...drive.saved[0].pieces)).equals(data));
});

test("one block that is refused ends the others, drops the upload and adds no file", async () => {
  const drive = await makeDrive();
  let puts = 0;
  drive.server.putBlock = async ({ index }, signal) => {
    puts += 1;
    if (index === 1) {
      throw new CofferError("storage_full", "no room");
    }
    return untilAborted(signal);
  };
  const source = new File([noise(6 * BLOCK)], "large");
  await assert.rejects(drive.mover.upload(source, makeRun().run), { code: "storage_full" });
  assert.ok(puts <= 3);
  assert.ok(drive.server.log.some((line) => line.startsWith("drop")));
  assert.equal(drive.vault.files.length, 0);
});

test("cancelling ends the upload and drops it", async () => {
  const drive = await makeDrive();
  const { run, control } = makeRun();
  drive.server.putBlock = (_block, signal) => {
    control.abort();
    return untilAborted(signal);
  };
  await assert.rejects(drive.mover.upload(new File([noise(2 * BLOCK)], "large"), run), { code: "cancelled" });
  assert.ok(drive.server.log.some((line) => line.startsWith("drop")));
  assert.equal(drive.server.chain.length, 1);
});

test("a file that cannot be read as it was is told from every other failure", async () => {
  const drive = await makeDrive();
  const source = new File([noise(9)], "changing");
  source.slice = () => /** @type {Blob} */ (/** @type {unknown} */ ({
    arrayBuffer: async () => { throw new DOMException("changed", "NotReadableError"); },
  }));
  await assert.rejects(drive.mover.upload(source, makeRun().run), { code: "file_changed" });
  source.slice = () => new Blob(["short"]);
  await assert.rejects(drive.mover.upload(source, makeRun().run), { code: "file_changed" });
});

test("a name that no format could carry is shortened and made whole, not refused", async () => {
  const drive = await makeDrive();
  await drive.mover.upload(new File([noise(1)], `\ud800${"é".repeat(600)}`), makeRun().run);
  const [{ name }] = drive.vault.files;
  assert.ok(name.isWellFormed());
  assert.ok(new TextEncoder().encode(name).length <= 1024);
  assert.ok(name.startsWith("\ufffdé"));
});
