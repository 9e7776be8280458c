// The keys of the member who is signed in, held by the first cipher worker alone (spec §2, §4). No key leaves: the page
// gets sealed bytes, signatures and FLOE states whose key cannot be exported.

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Json} from "../core/canonical.js" */
/** @import {Directory} from "../core/directory.js" */
/** @import {State} from "../core/floe.js" */
/** @import {Keyring} from "../core/keyring.js" */
/** @import {WorkingGeneration} from "../core/keys.js" */
/** @import {Label} from "../core/labels.js" */
/** @import {Manifest} from "../core/manifest.js" */
/** @import {Metadata} from "../core/metadata.js" */
/** @import {ServedLabel} from "../core/served.js" */

import { decodeBase64 } from "../core/bytes.js";
import { CofferError, TamperedError } from "../core/errors.js";
import { startOpen, startSeal } from "../core/floe.js";
import { checkKeyring, openKeyring } from "../core/keyring.js";
import { importGeneration, importIdentity } from "../core/keys.js";
import { openLabel as openOneLabel, sealLabel as sealOneLabel } from "../core/labels.js";
import { contentAad } from "../core/manifest.js";
import { openMetadata, sealMetadata } from "../core/metadata.js";
import { importAeadKey } from "../core/primitives.js";
import { openSlot, parseSlot } from "../core/slots.js";
import { signStatement } from "../core/statements.js";
import { makeDek, openWrap, sealWrap } from "../core/wraps.js";

/** Keys ready for work; none can be exported. @typedef {{user: string, identity: CryptoKey, generations: WorkingGeneration[]}} Keys */

/** An opened keyring that no chain has confirmed yet. @type {{keyring: Keyring, sealed: Bytes} | null} */
let unconfirmed = null;

/** @type {Keys | null} */
let keys = null;

/**
 * Opens the keyring; confirm must follow.
 * @param {object} account as the server serves it
 * @param {string} account.user UUID
 * @param {Json} account.slot
 * @param {number} account.revision
 * @param {Bytes} account.sealed
 * @param {Bytes} unlockKey 32 bytes; zeroed
 * @returns {Promise<void>}
 * @throws {WrongKeyError} the password is not the one of this vault
 * @throws {TamperedError} `tampered_keyring`
 */
export async function openVault({ user, slot, revision, sealed }, unlockKey) {
  const vaultKey = await openSlot(user, parseSlot(slot), unlockKey).finally(() => unlockKey.fill(0));
  const imported = await importAeadKey(vaultKey).finally(() => vaultKey.fill(0));
  unconfirmed = { keyring: await openKeyring(imported, user, revision, sealed), sealed };
}

/**
 * Makes the keys of an opened keyring ready once the chain agrees with it.
 * @param {Directory} directory its files and versions may be left out
 * @returns {Promise<void>}
 * @throws {TamperedError} what checkKeyring refuses
 */
export async function confirmVault(directory) {
  if (unconfirmed === null) {
    throw new CofferError("locked", "no keyring is open");
  }
  const { keyring, sealed } = unconfirmed;
  await checkKeyring(directory, keyring, sealed);
  await takeKeys(keyring);
  unconfirmed = null;
}

/** @param {Keyring} keyring @returns {Promise<void>} */
export async function takeKeys(keyring) {
  keys = {
    user: keyring.user,
    identity: await importIdentity(keyring.identity),
    generations: await Promise.all(keyring.generations.map(importGeneration)),
  };
}

/** @param {Bytes} statement on a head that the page has verified @returns {Promise<Bytes>} its signature */
export async function sign(statement) {
  return signStatement(need().identity, statement);
}

/**
 * @param {string} file UUID
 * @param {Label} label
 * @returns {Promise<{sealed: Bytes, generation: number}>}
 */
export async function sealLabel(file, label) {
  const { user } = need();
  const { labelKey, generation } = newest();
  return { sealed: await sealOneLabel(labelKey, user, file, label), generation };
}

/**
 * @param {ServedLabel[]} rows that passed checkListing
 * @returns {Promise<Label[]>} in the same order
 * @throws {TamperedError} `tampered_label`
 */
export async function openLabels(rows) {
  const { user } = need();
  return Promise.all(rows.map(({ file, generation, label }) =>
    openOneLabel(find(generation, "tampered_label").labelKey, user, file, label)));
}

/**
 * Makes the DEK of a new version; it never leaves but wrapped.
 * @param {string} file UUID
 * @param {string} version UUID
 * @param {Metadata} metadata
 * @returns {Promise<{state: State, header: Bytes, metadata: Bytes, generation: number, wrap: Bytes}>}
 */
export async function startContent(file, version, metadata) {
  const { user } = need();
  const { publicKey, generation } = newest();
  const dek = makeDek();
  try {
    const { state, header } = await startSeal(dek, contentAad(file, version));
    return {
      state,
      header,
      generation,
      metadata: await sealMetadata(dek, file, version, metadata),
      wrap: await sealWrap(publicKey, dek, file, version, user),
    };
  } finally {
    dek.fill(0);
  }
}

/**
 * @param {Manifest} manifest that passed verifyManifest
 * @param {{generation: number, wrap: Bytes, metadata: Bytes}} served whose wrap passed checkVersion
 * @returns {Promise<{state: State, metadata: Metadata}>}
 * @throws {TamperedError} `tampered_wrap`, `tampered_content`
 */
export async function openContent(manifest, { generation, wrap, metadata }) {
  const { file, version, header } = manifest;
  const dek = await openWrap(find(generation, "tampered_wrap"), wrap, file, version, need().user);
  try {
    return {
      metadata: await openMetadata(dek, manifest, metadata),
      state: await startOpen(dek, contentAad(file, version), decodeBase64(header)),
    };
  } finally {
    dek.fill(0);
  }
}

function need() {
  if (keys === null) {
    throw new CofferError("locked", "no keys are held");
  }
  return keys;
}

function newest() {
  return /** @type {WorkingGeneration} */ (need().generations.at(-1));
}

/** @param {number} number @param {"tampered_label" | "tampered_wrap"} code */
function find(number, code) {
  const found = need().generations.find(({ generation }) => generation === number);
  if (found === undefined) {
    throw new TamperedError(code, "sealed to a generation that the keyring lacks");
  }
  return found;
}
