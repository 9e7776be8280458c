// What a statement of each type says, item by item (spec §5.3). Mirror: vault/client/items.py.
// The rules of form alone; whether an item fits what came before is directory.js's part.

/** @import {Json} from "./canonical.js" */

import { decodeBase64 } from "./bytes.js";
import { parseFields, parseHash, parseInteger, parseList, parseUuid } from "./canonical.js";
import { FormatError } from "./errors.js";
import { parseBase64, parseChoice, parseOptionalUuid, parsePositive, parseUsername } from "./fields.js";
import { parsePublicKey } from "./oaep.js";
import { checkIdentityKey } from "./signatures.js";

export const MAX_ITEMS = 256;
export const SLOT_KINDS = /** @type {const} */ (["password", "recovery"]);
export const LABEL_ACTIONS = /** @type {const} */ (["create", "rename", "move", "trash", "restore"]);
/** A type that is only reserved is refused like one that was never heard of. */
export const STATEMENT_TYPES = /** @type {const} */ ([
  "register", "announce_key", "change_slots", "upload", "label", "delete",
]);

/** Types about the member's keys: one item, which says all. */
const KEY_TYPES = new Set(["register", "announce_key", "change_slots"]);

/** @typedef {typeof SLOT_KINDS[number]} SlotKind */

/** @typedef {typeof STATEMENT_TYPES[number]} StatementType */

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
 * A new generation: its public key in base64url; `not_after` in ms, 0 for none.
 * @typedef {{generation: number, keyring: NamedKeyring, not_after: number, public_key: string}} AnnounceKeyItem
 */

/** The slots that replace all earlier ones. @typedef {{keyring: NamedKeyring, slots: NamedSlot[]}} ChangeSlotsItem */

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
 * A type with its items.
 * @typedef {{type: "register", items: RegisterItem[]} | {type: "announce_key", items: AnnounceKeyItem[]}
 *   | {type: "change_slots", items: ChangeSlotsItem[]} | {type: "upload", items: UploadItem[]}
 *   | {type: "label", items: LabelItem[]} | {type: "delete", items: DeleteItem[]}} Change
 */

/**
 * Read the items of a statement.
 * @param {StatementType} kind
 * @param {Json} value
 * @returns {Promise<Change["items"]>}
 * @throws {FormatError} not of their one form, too many, something named twice
 * @throws {PolicyError} `policy_key_size`: a public key that is too weak
 */
export async function parseItems(kind, value) {
  const items = parseList(value, ITEMS[kind]);
  // One statement is one transaction: without a limit one of them could hold up a server.
  if (items.length < 1 || items.length > (KEY_TYPES.has(kind) ? 1 : MAX_ITEMS)) {
    throw new FormatError("format", `statement: ${items.length} items`);
  }
  const change = /** @type {Change} */ ({ type: kind, items });
  checkDistinct(change);
  await checkKeys(change);
  return change.items;
}

/**
 * Refuse a second item of a file or version: it would act on a state no rule was held to.
 * @param {Change} change
 */
function checkDistinct({ type, items }) {
  if (type !== "upload" && type !== "label" && type !== "delete") {
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

/** @param {Change} change */
async function checkKeys({ type, items }) {
  // A key of small order or a short modulus would make every later signature or wrap worthless.
  if (type === "register") {
    checkIdentityKey(decodeBase64(items[0].identity_key));
  }
  if (type === "register" || type === "announce_key") {
    await parsePublicKey(decodeBase64(items[0].public_key));
  }
}

/** @param {Json} value @returns {RegisterItem} */
function parseRegister(value) {
  const item = parseFields(value, {
    generation: parsePositive,
    identity_key: (text) => parseBase64(text, 32),
    keyring: parseKeyring,
    not_after: parseInteger,
    public_key: (text) => parseBase64(text),
    slots: parseSlots,
    username: parseUsername,
  });
  if (item.generation !== 1 || item.keyring.revision !== 1) {
    throw new FormatError("format", "register: generation and revision begin at 1");
  }
  return item;
}

/** @param {Json} value @returns {AnnounceKeyItem} */
function parseAnnounceKey(value) {
  return parseFields(value, {
    generation: parsePositive,
    keyring: parseKeyring,
    not_after: parseInteger,
    public_key: (text) => parseBase64(text),
  });
}

/** @param {Json} value @returns {ChangeSlotsItem} */
function parseChangeSlots(value) {
  return parseFields(value, { keyring: parseKeyring, slots: parseSlots });
}

/** @param {Json} value @returns {NamedKeyring} */
function parseKeyring(value) {
  return parseFields(value, { hash: parseHash, revision: parsePositive });
}

/** @param {Json} value @returns {NamedSlot[]} */
function parseSlots(value) {
  const slots = parseList(value, (slot) =>
    parseFields(slot, { hash: parseHash, kind: (kind) => parseChoice(kind, SLOT_KINDS) }));
  // Left out, a slot would lock its owner out; one more would let somebody else in.
  if (slots.length !== SLOT_KINDS.length || !slots.every(({ kind }, index) => kind === SLOT_KINDS[index])) {
    throw new FormatError("format", "slots: a password slot and a recovery slot, in this order");
  }
  return slots;
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

/** @type {Record<StatementType, (value: Json) => object>} */
const ITEMS = {
  register: parseRegister,
  announce_key: parseAnnounceKey,
  change_slots: parseChangeSlots,
  upload: parseUpload,
  label: parseLabel,
  delete: parseDelete,
};
