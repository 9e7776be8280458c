// A whole small vault, sealed here and opened by the other language, and the reverse (spec §2 to §5).
// The same in Python: tests/client/exchange.py.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */
/** @import {WorkingGeneration} from "../../../static/js/core/keys.js" */
/** @import {SignedStatement} from "../../../static/js/core/directory.js" */
/** @import {Slot} from "../../../static/js/core/slots.js" */
/** @import {Change} from "../../../static/js/core/items.js" */

import { blockCount, blockPlaintextLength, openBlock, sealBlock } from "../../../static/js/core/blocks.js";
import { concat, decodeBase64, encodeBase64, sha256 } from "../../../static/js/core/bytes.js";
import { applyStatement, chainHead, newDirectory, replay } from "../../../static/js/core/directory.js";
import { startOpen, startSeal } from "../../../static/js/core/floe.js";
import { hashOf } from "../../../static/js/core/hashes.js";
import { checkKeyring, keyringHash, makeKeyring, openKeyring, sealKeyring } from "../../../static/js/core/keyring.js";
import { generationPublicKey, identityPublicKey, importGeneration, importIdentity, makeVaultKey } from "../../../static/js/core/keys.js";
import { labelHash, openLabel, sealLabel } from "../../../static/js/core/labels.js";
import { buildManifest, contentAad, manifestHash, verifyBlock, verifyDigests, verifyManifest } from "../../../static/js/core/manifest.js";
import { openMetadata, openThumbnail, sealMetadata, sealThumbnail } from "../../../static/js/core/metadata.js";
import { makeKdf } from "../../../static/js/core/passphrase.js";
import { importAeadKey, makeRandom, makeUuid } from "../../../static/js/core/primitives.js";
import { checkListing, checkSlot, checkVersion } from "../../../static/js/core/served.js";
import { openSlot, parseSlot, sealSlot, slotHash } from "../../../static/js/core/slots.js";
import { buildStatement, signStatement } from "../../../static/js/core/statements.js";
import { makeDek, openWrap, sealWrap, wrapHash } from "../../../static/js/core/wraps.js";
import { same } from "./check.js";

/** What both languages seal: names and plaintexts of the files. @typedef {{name: string, content: Bytes, thumbnail: Bytes}} Plain */

/** What a server would serve of a version. @typedef {{
 *   file: string, version: string, blocks: Bytes[], digests: Bytes, generation: number, label: Bytes, manifest: Bytes,
 *   metadata: Bytes, thumbnail: Bytes, wrap: Bytes,
 * }} Version */

/** What a server would serve, and the unlock keys. @typedef {{
 *   unlock_keys: Bytes[], user: string, slots: Slot[], keyring: {revision: number, sealed: Bytes},
 *   statements: SignedStatement[], versions: Version[],
 * }} Bundle */

/**
 * Seal a vault as a client does.
 * @param {Plain[]} files
 * @returns {Promise<Bundle>}
 */
export async function makeBundle(files) {
  const user = makeUuid();
  const [vaultKey, password, recovery] = [makeVaultKey(), makeRandom(32), makeRandom(32)];
  const slots = [
    await sealSlot(user, "password", makeKdf(), password, vaultKey),
    await sealSlot(user, "recovery", { algorithm: "hkdf-sha256" }, recovery, vaultKey),
  ];
  const keyring = await makeKeyring(user);
  const sealed = await sealKeyring(await importAeadKey(vaultKey), keyring);
  const generation = await importGeneration(keyring.generations[0]);
  const identity = await importIdentity(keyring.identity);

  let directory = newDirectory(user);
  /** @type {SignedStatement[]} */
  const statements = [];
  /** @param {Change} change */
  const append = async (change) => {
    const { hash, seq } = chainHead(directory);
    const { root, size } = keyring.log;
    const statement = await buildStatement({ ...change, prev: hash, seen: { root, size }, seq: seq + 1, time: 1, user });
    statements.push({ signature: await signStatement(identity, statement), statement });
    directory = await applyStatement(directory, statement);
  };

  await append({
    type: "register",
    items: [{
      generation: 1,
      identity_key: encodeBase64(await identityPublicKey(keyring.identity)),
      keyring: { hash: await keyringHash(sealed), revision: 1 },
      not_after: 0,
      public_key: encodeBase64(await generationPublicKey(keyring.generations[0])),
      slots: [{ hash: await slotHash(slots[0]), kind: "password" }, { hash: await slotHash(slots[1]), kind: "recovery" }],
      username: "owner",
    }],
  });
  const versions = [];
  for (const plain of files) {
    const { item, served } = await sealFile(user, generation, plain);
    await append({ type: "upload", items: [item] });
    versions.push(served);
  }
  return {
    unlock_keys: [password, recovery],
    user,
    slots,
    keyring: { revision: 1, sealed },
    statements,
    versions,
  };
}

/**
 * Open a vault as a client does, every check in its order.
 * @param {Bundle} bundle
 * @returns {Promise<{name: string, content: string, thumbnail: string}[]>} content as SHA-256 in hex
 */
export async function openBundle(bundle) {
  const { user, keyring: { revision, sealed }, unlock_keys: [password, recovery], versions } = bundle;
  const slots = bundle.slots.map((slot) => parseSlot(slot));
  const vaultKey = await openSlot(user, slots[0], password);
  same(encodeBase64(await openSlot(user, slots[1], recovery)), encodeBase64(vaultKey), "vault key");

  const keyring = await openKeyring(await importAeadKey(vaultKey), user, revision, sealed);
  const directory = await replay(newDirectory(user), bundle.statements);
  await checkKeyring(directory, keyring, sealed);
  await checkSlot(directory, slots[0]);
  await checkSlot(directory, slots[1]);

  const generation = await importGeneration(keyring.generations[0]);
  await checkListing(directory, versions);
  const files = [];
  for (const served of versions) {
    await checkVersion(directory, served);
    files.push(await openFile(user, generation, directory.versions[served.version].manifest, served));
  }
  return files;
}

/** @param {string} user @param {WorkingGeneration} generation @param {Plain} plain */
async function sealFile(user, generation, { name, content, thumbnail }) {
  const [file, version, dek] = [makeUuid(), makeUuid(), makeDek()];
  const { header, state } = await startSeal(dek, contentAad(file, version));
  const blocks = [];
  for (let index = 0, offset = 0; index < blockCount(content.length); index += 1) {
    const end = offset + blockPlaintextLength(content.length, index);
    blocks.push(await sealBlock(state, index, content.subarray(offset, end), end === content.length));
    offset = end;
  }
  const digests = concat(...(await Promise.all(blocks.map(sha256))));
  const about = { modified: 1, size: content.length, type: "image/png" };
  const metadata = await sealMetadata(dek, file, version, { ...about, v: 1 });
  const image = thumbnail.length > 0 ? await sealThumbnail(dek, file, version, thumbnail) : thumbnail;
  const manifest = await buildManifest({ file, version, header, length: content.length, digests, metadata, thumbnail: image });
  const label = await sealLabel(generation.labelKey, user, file, { ...about, folder: "", name, trashed: 0, v: 1 });
  const wrap = await sealWrap(generation.publicKey, dek, file, version, user);
  return {
    item: {
      file,
      generation: 1,
      label: await labelHash(label),
      manifest: await manifestHash(manifest),
      replaces: "",
      version,
      wrap: await wrapHash(wrap),
    },
    served: { file, version, blocks, digests, generation: 1, label, manifest, metadata, thumbnail: image, wrap },
  };
}

/** @param {string} user @param {WorkingGeneration} generation @param {string} expected @param {Version} served */
async function openFile(user, generation, expected, served) {
  const { file, version, blocks, digests } = served;
  const manifest = await verifyManifest(served.manifest, expected, file, version);
  await verifyDigests(manifest, digests);
  const dek = await openWrap(generation, served.wrap, file, version, user);
  const state = await startOpen(dek, contentAad(file, version), decodeBase64(manifest.header));
  const pieces = [];
  for (let index = 0; index < manifest.blocks; index += 1) {
    await verifyBlock(manifest, digests, index, blocks[index]);
    pieces.push(await openBlock(state, index, blocks[index], manifest.length));
  }
  const { size } = await openMetadata(dek, manifest, served.metadata);
  const { name } = await openLabel(generation.labelKey, user, file, served.label);
  same(size, concat(...pieces).length, "size");
  const thumbnail = manifest.thumbnail === "" ? "" : encodeBase64(await openThumbnail(dek, manifest, served.thumbnail));
  return { name, content: await hashOf(concat(...pieces)), thumbnail };
}
