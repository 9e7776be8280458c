// The directory: what a member's chain, replayed, says that there is (spec §5.2, §5.4). Mirror: vault/client/directory.py.
// A directory is plain data. No function changes the one it is given, so that a refused chain leaves the last verified
// directory as it was.

/** @import {Bytes} from "./bytes.js" */
/** @import {AnnounceKeyItem, ChangeSlotsItem, DeleteItem, LabelItem, NamedKeyring, NamedSlot, RegisterItem, UploadItem} from "./items.js" */
/** @import {Statement} from "./statements.js" */

import { decodeBase64 } from "./bytes.js";
import { TamperedError } from "./errors.js";
import { hashAll } from "./hashes.js";
import { parseStatement, verifyStatement } from "./statements.js";

export const NO_STATEMENT = "0".repeat(64);

/** A place in a chain: hash of its statement `seq` in hex; seq 0 and 64 zeros before any. @typedef {{hash: string, seq: number}} Mark */

/**
 * A generation as the chain announces it: SubjectPublicKeyInfo in base64url, time in ms.
 * @typedef {{generation: number, not_after: number, public_key: string}} AnnouncedGeneration
 */

/**
 * A file: hash of its label and, oldest first, its versions; a folder has none, current "".
 * @typedef {{current: string, label: string, label_generation: number, versions: string[]}} FileEntry
 */

/**
 * A version: its file, hashes of manifest and wrap, and the generation wrapped to.
 * @typedef {{file: string, generation: number, manifest: string, wrap: string}} VersionEntry
 */

/**
 * What a chain says; `chain` holds the hash of statement seq at seq - 1, keys are UUIDs.
 * @typedef {{
 *   chain: string[], files: Record<string, FileEntry>, generations: AnnouncedGeneration[], identity_key: string,
 *   keyring: NamedKeyring, slots: NamedSlot[], user: string, username: string, versions: Record<string, VersionEntry>,
 * }} Directory
 */

/** A statement's bytes and its signature, as served. @typedef {{signature: Bytes, statement: Bytes}} SignedStatement */

/** @typedef {{hash: string, statement: Statement}} Link */

/** @param {string} user UUID @returns {Directory} of an empty chain */
export function newDirectory(user) {
  return {
    chain: [],
    files: {},
    generations: [],
    identity_key: "",
    keyring: { hash: "", revision: 0 },
    slots: [],
    user,
    username: "",
    versions: {},
  };
}

/** @param {Directory} directory @returns {Mark} the newest verified place: what the next statement follows, the mark to keep */
export function chainHead(directory) {
  const { chain } = directory;
  return { hash: chain.at(-1) ?? NO_STATEMENT, seq: chain.length };
}

/**
 * Apply one statement that this client signed itself; no signature is checked.
 * @param {Directory} directory
 * @param {Bytes} data
 * @returns {Promise<Directory>} after it
 * @throws as replay
 */
export async function applyStatement(directory, data) {
  const links = await readLinks([data]);
  checkLinks(directory, links);
  return applyAll(directory, links);
}

/**
 * Apply the statements that follow a directory. The newest signature covers all before it, because each names the hash
 * of the one before. For the first chain of a new device it proves only that the chain is whole: checkKeyring then
 * proves that it is the member's.
 * @param {Directory} directory
 * @param {readonly SignedStatement[]} statements oldest first
 * @returns {Promise<Directory>} after them
 * @throws {TamperedError} `tampered_statement`: a chain that an honest server would have refused
 * @throws {FormatError} statements not of their one form
 */
export async function replay(directory, statements) {
  const newest = statements.at(-1);
  if (newest === undefined) {
    return directory;
  }
  const links = await readLinks(statements.map(({ statement }) => statement));
  checkLinks(directory, links);
  await verifyStatement(newest.statement, newest.signature, identityKey(directory, links[0]));
  return applyAll(directory, links);
}

/**
 * Demand that the chain contains a place seen before.
 * @param {Directory} directory
 * @param {Mark} mark
 * @throws {TamperedError} `tampered_rollback`
 */
export function checkMark(directory, mark) {
  const { hash, seq } = mark;
  // Shorter: cut back. Another hash at the same place: a fork. Both undo what was once shown.
  if ((seq === 0 ? NO_STATEMENT : directory.chain[seq - 1]) !== hash) {
    throw new TamperedError("tampered_rollback", `chain: statement ${seq} is not the one seen`);
  }
}

/** @param {readonly Bytes[]} list @returns {Promise<Link[]>} */
async function readLinks(list) {
  const hashes = await hashAll(list);
  /** @type {Link[]} */
  const links = [];
  for (const [index, data] of list.entries()) {
    links.push({ hash: hashes[index], statement: await parseStatement(data) });
  }
  return links;
}

/** @param {Directory} directory @param {readonly Link[]} links */
function checkLinks(directory, links) {
  let { hash: prev, seq } = chainHead(directory);
  for (const { hash, statement } of links) {
    seq += 1;
    // Another member's chain is well-formed and well-signed too.
    demand(statement.user === directory.user, "a statement of another user");
    // Left out, repeated, reordered or put in between: each breaks the count or the hash.
    demand(statement.seq === seq && statement.prev === prev, "a statement that does not follow the one before");
    // A second register would replace every key of the member.
    demand((statement.type === "register") === (seq === 1), "register is the beginning and nothing else");
    prev = hash;
  }
}

/** @param {Directory} directory @param {Link} first */
function identityKey(directory, { statement }) {
  const known = statement.type === "register" ? statement.items[0].identity_key : directory.identity_key;
  return decodeBase64(known);
}

/** @param {Directory} directory @param {readonly Link[]} links @returns {Directory} */
function applyAll(directory, links) {
  const draft = {
    ...directory,
    chain: [...directory.chain],
    files: { ...directory.files },
    versions: { ...directory.versions },
  };
  for (const { hash, statement } of links) {
    applyChange(draft, statement);
    draft.chain.push(hash);
  }
  return draft;
}

/** @param {Directory} draft @param {Statement} statement */
function applyChange(draft, statement) {
  switch (statement.type) {
    case "register":
      return statement.items.forEach((item) => applyRegister(draft, item));
    case "announce_key":
      return statement.items.forEach((item) => applyAnnounceKey(draft, item));
    case "change_slots":
      return statement.items.forEach((item) => applyChangeSlots(draft, item));
    case "upload":
      return statement.items.forEach((item) => applyUpload(draft, item));
    case "label":
      return statement.items.forEach((item) => applyLabel(draft, item));
    case "delete":
      return statement.items.forEach((item) => applyDelete(draft, item));
  }
}

/** @param {Directory} draft @param {RegisterItem} item */
function applyRegister(draft, item) {
  const { generation, not_after, public_key } = item;
  draft.generations = [{ generation, not_after, public_key }];
  draft.identity_key = item.identity_key;
  draft.keyring = item.keyring;
  draft.slots = item.slots;
  draft.username = item.username;
}

/** @param {Directory} draft @param {AnnounceKeyItem} item */
function applyAnnounceKey(draft, { generation, keyring, not_after, public_key }) {
  const newest = draft.generations.at(-1)?.generation ?? 0;
  // A generation left out or announced again would put another key in the place of one in use.
  demand(generation === newest + 1, "not the next generation");
  nameKeyring(draft, keyring);
  draft.generations = [...draft.generations, { generation, not_after, public_key }];
}

/** @param {Directory} draft @param {ChangeSlotsItem} item */
function applyChangeSlots(draft, { keyring, slots }) {
  nameKeyring(draft, keyring);
  draft.slots = slots;
}

/** @param {Directory} draft @param {NamedKeyring} keyring */
function nameKeyring(draft, keyring) {
  const { hash, revision } = draft.keyring;
  // A keyring that goes back, or a second one of a revision, would bring retired keys back into use.
  demand(keyring.revision >= revision, "a keyring that goes back");
  demand(keyring.revision > revision || keyring.hash === hash, "another keyring of the same revision");
  draft.keyring = keyring;
}

/** @param {Directory} draft @param {UploadItem} item */
function applyUpload(draft, { file, generation, label, manifest, replaces, version, wrap }) {
  const entry = fileEntry(draft, file);
  // A version is made once: a second one under its id would pass for the first.
  demand(!Object.hasOwn(draft.versions, version), "a version that exists already");
  // Replacing what is no longer current would undo a change that came in between.
  demand(replaces === (entry?.current ?? ""), "replaces another version than the current one");
  demand(entry?.current !== "", "content for a folder");
  demandNewest(draft, generation);
  const versions = [...(entry?.versions ?? []), version];
  draft.files[file] = { current: version, label, label_generation: generation, versions };
  draft.versions[version] = { file, generation, manifest, wrap };
}

/** @param {Directory} draft @param {LabelItem} item */
function applyLabel(draft, { action, file, generation, label }) {
  const entry = fileEntry(draft, file);
  demand((entry === undefined) === (action === "create"), "a label of an unknown file, or a file made twice");
  demandNewest(draft, generation);
  const { current, versions } = entry ?? { current: "", versions: [] };
  draft.files[file] = { current, label, label_generation: generation, versions };
}

/** @param {Directory} draft @param {DeleteItem} item */
function applyDelete(draft, { file, version }) {
  const entry = fileEntry(draft, file);
  if (entry === undefined) {
    throw new TamperedError("tampered_statement", "chain: the end of an unknown file");
  }
  if (version === "") {
    delete draft.files[file];
    entry.versions.forEach((gone) => delete draft.versions[gone]);
    return;
  }
  // Without its current version a file would be neither content nor folder.
  demand(version !== entry.current, "the end of the current version");
  demand(entry.versions.includes(version), "the end of an unknown version");
  draft.files[file] = { ...entry, versions: entry.versions.filter((kept) => kept !== version) };
  delete draft.versions[version];
}

/** @param {Directory} draft @param {string} file @returns {FileEntry | undefined} */
function fileEntry({ files }, file) {
  return Object.hasOwn(files, file) ? files[file] : undefined;
}

/** @param {Directory} draft @param {number} generation */
function demandNewest({ generations }, generation) {
  // What is sealed to an older generation stays open to whoever holds the old key.
  demand(generation === generations.at(-1)?.generation, "not the newest generation");
}

/** @param {boolean} holds @param {string} fault */
function demand(holds, fault) {
  if (!holds) {
    throw new TamperedError("tampered_statement", `chain: ${fault}`);
  }
}
