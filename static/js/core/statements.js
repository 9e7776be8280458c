// Statements: form, signature and hash of every change to a vault (spec §5.1, §5.3). Mirror: vault/client/statements.py.
// Whether a statement follows the chain is directory.js's part.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */

import { concat, decodeBase64, encodeUtf8 } from "./bytes.js";
import {
  decodeJson, encodeJson, parseFields, parseHash, parseInteger, parseList, parseUuid,
} from "./canonical.js";
import { FormatError } from "./errors.js";
import {
  FORMAT_VERSION, parseBase64, parseChoice, parseFormatVersion, parseOptionalUuid, parsePositive, parseUsername,
} from "./fields.js";
import { hashOf } from "./hashes.js";
import { parsePublicKey } from "./oaep.js";
import { checkIdentityKey, sign, verifySignature } from "./signatures.js";

export const MAX_ITEMS = 256;
export const SLOT_KINDS = /** @type {const} */ (["password", "recovery"]);
export const LABEL_ACTIONS = /** @type {const} */ (["create", "rename", "move", "trash", "restore"]);

/** A type that is only reserved is refused like one that was never heard of. */
const TYPES = /** @type {const} */ (["register", "upload", "label", "delete"]);
const PURPOSE = encodeUtf8("coffer/v1/statement\n");

/** @typedef {typeof SLOT_KINDS[number]} SlotKind */

/** The last checkpoint that the signer verified: root in hex, size in entries. @typedef {{root: string, size: number}} Seen */

/** A keyring as a statement names it: hash in hex, revision from 1. @typedef {{hash: string, revision: number}} NamedKeyring */

/** A slot as a statement names it: hash in hex. @typedef {{hash: string, kind: SlotKind}} NamedSlot */

/**
 * The first keys of a member, in base64url; `not_after` in ms, 0 for none.
 * @typedef {{
 *   generation: number, identity_key: string, keyring: NamedKeyring, not_after: number, public_key: string,
 *   slots: NamedSlot[], username: string,
 * }} RegisterItem
 */

/**
 * A new version; hashes in hex, `replaces` the version that was current, "" for a new file.
 * @typedef {{
 *   file: string, generation: number, label: string, manifest: string, replaces: string, version: string, wrap: string,
 * }} UploadItem
 */

/**
 * A new label; hash in hex.
 * @typedef {{action: typeof LABEL_ACTIONS[number], file: string, generation: number, label: string}} LabelItem
 */

/** The end of one version, or of the whole file if `version` is "". @typedef {{file: string, version: string}} DeleteItem */

/**
 * @typedef {{type: "register", items: RegisterItem[]} | {type: "upload", items: UploadItem[]}
 *   | {type: "label", items: LabelItem[]} | {type: "delete", items: DeleteItem[]}} Change
 */

/**
 * What a statement says; `prev` the hash before it in hex, `seq` from 1, `time` in ms.
 * @typedef {Change & {prev: string, seen: Seen, seq: number, time: number, user: string}} StatementFields
 */

/** A statement, field by field as in its JSON. @typedef {StatementFields & {v: 1}} Statement */

/**
 * @param {StatementFields} fields
 * @returns {Promise<Bytes>} the bytes to sign
 * @throws {FormatError} what parseStatement refuses
 * @throws {PolicyError} likewise
 */
export async function buildStatement(fields) {
  const data = encodeJson({ ...fields, v: FORMAT_VERSION });
  await parseStatement(data);
  return data;
}

/**
 * Form alone, keys included.
 * @param {Bytes} data
 * @returns {Promise<Statement>}
 * @throws {FormatError} not of its one form
 * @throws {PolicyError} `policy_key_size`: a register statement whose public key is too weak
 */
export async function parseStatement(data) {
  const fields = parseFields(decodeJson(data), {
    items: (value) => value, // read by type below
    prev: parseHash,
    seen: parseSeen,
    seq: parsePositive,
    time: parseInteger,
    type: (value) => parseChoice(value, TYPES),
    user: parseUuid,
    v: parseFormatVersion,
  });
  const items = parseList(fields.items, ITEMS[fields.type]);
  const most = fields.type === "register" ? 1 : MAX_ITEMS;
  // One statement is one transaction: without a limit one of them could hold up a server.
  if (items.length < 1 || items.length > most) {
    throw new FormatError("format", `statement: ${items.length} items`);
  }
  const statement = /** @type {Statement} */ ({ ...fields, items });
  checkDistinct(statement);
  if (statement.type === "register") {
    await checkKeys(statement.items[0]);
  }
  return statement;
}

/**
 * Only for a statement on a head that was verified (spec §5.2).
 * @param {CryptoKey} identity of importIdentity
 * @param {Bytes} data
 * @returns {Promise<Bytes>} the 64-byte signature
 */
export async function signStatement(identity, data) {
  return sign(identity, concat(PURPOSE, data));
}

/**
 * @param {Bytes} data
 * @param {Bytes} signature
 * @param {Bytes} identityKey 32-byte public key
 * @returns {Promise<void>}
 * @throws {TamperedError} `tampered_statement`: not the signature of these bytes
 * @throws {FormatError} a public key that is not canonical or of small order
 */
export async function verifyStatement(data, signature, identityKey) {
  await verifySignature(identityKey, concat(PURPOSE, data), signature);
}

/** @param {Bytes} data @returns {Promise<string>} what the next statement and the log name it by: SHA-256 in hex */
export async function statementHash(data) {
  return hashOf(data);
}

/**
 * Refuse a second item of a file or version: it would act on a state no rule was held to.
 * @param {Statement} statement
 */
function checkDistinct({ type, items }) {
  if (type === "register") {
    return;
  }
  // Versions of one file may end together, but not beside the file, which takes them along.
  const partial = new Set(type === "delete" ? items.filter(({ version }) => version !== "").map(({ file }) => file) : []);
  const whole = type === "delete" ? items.filter(({ version }) => version === "") : items;
  const files = [...whole.map(({ file }) => file), ...partial];
  const versions = type === "label" ? [] : items.map(({ version }) => version).filter((version) => version !== "");
  if (new Set(files).size !== files.length || new Set(versions).size !== versions.length) {
    throw new FormatError("format", "statement: something is named twice");
  }
}

/** @param {RegisterItem} item */
async function checkKeys(item) {
  // A key of small order or a short modulus would make every later signature or wrap worthless.
  checkIdentityKey(decodeBase64(item.identity_key));
  await parsePublicKey(decodeBase64(item.public_key));
}

/** @param {Json} value */
function parseSeen(value) {
  return parseFields(value, { root: parseHash, size: parseInteger });
}

/** @param {Json} value @returns {RegisterItem} */
function parseRegister(value) {
  const item = parseFields(value, {
    generation: parsePositive,
    identity_key: (text) => parseBase64(text, 32),
    keyring: parseKeyring,
    not_after: parseInteger,
    public_key: (text) => parseBase64(text),
    slots: (list) => parseList(list, parseSlot),
    username: parseUsername,
  });
  if (item.generation !== 1 || item.keyring.revision !== 1) {
    throw new FormatError("format", "register: generation and revision begin at 1");
  }
  if (item.slots.length !== SLOT_KINDS.length || !item.slots.every(({ kind }, index) => kind === SLOT_KINDS[index])) {
    throw new FormatError("format", "register: a password slot and a recovery slot, in this order");
  }
  return item;
}

/** @param {Json} value @returns {NamedKeyring} */
function parseKeyring(value) {
  return parseFields(value, { hash: parseHash, revision: parsePositive });
}

/** @param {Json} value @returns {NamedSlot} */
function parseSlot(value) {
  return parseFields(value, { hash: parseHash, kind: (kind) => parseChoice(kind, SLOT_KINDS) });
}

/** @param {Json} value @returns {UploadItem} */
function parseUpload(value) {
  return parseFields(value, {
    file: parseUuid,
    generation: parsePositive,
    label: parseHash,
    manifest: parseHash,
    replaces: parseOptionalUuid,
    version: parseUuid,
    wrap: parseHash,
  });
}

/** @param {Json} value @returns {LabelItem} */
function parseLabel(value) {
  return parseFields(value, {
    action: (action) => parseChoice(action, LABEL_ACTIONS),
    file: parseUuid,
    generation: parsePositive,
    label: parseHash,
  });
}

/** @param {Json} value @returns {DeleteItem} */
function parseDelete(value) {
  return parseFields(value, { file: parseUuid, version: parseOptionalUuid });
}

/** @type {Record<typeof TYPES[number], (value: Json) => object>} */
const ITEMS = { register: parseRegister, upload: parseUpload, label: parseLabel, delete: parseDelete };
