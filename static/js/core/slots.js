// Key slots: the vault key, sealed for one way of signing in (spec §2.2). Mirror: vault/client/slots.py.

/** @import {Bytes} from "./bytes.js" */
/** @import {Json} from "./canonical.js" */
/** @import {SlotKind} from "./items.js" */
/** @import {Kdf} from "./passphrase.js" */

import { decodeBase64, decodeUuid, encodeBase64 } from "./bytes.js";
import { encodeJson, parseFields } from "./canonical.js";
import { PolicyError } from "./errors.js";
import { encodeContext, parseBase64, parseChoice } from "./fields.js";
import { hashOf } from "./hashes.js";
import { SLOT_KINDS } from "./items.js";
import { checkKdf } from "./passphrase.js";
import { importAeadKey, openAead, sealAead } from "./primitives.js";

export const RECOVERY_ALGORITHM = "hkdf-sha256";
export const SEALED_LENGTH = 60;

/** The derivation of a recovery key, without parameters. @typedef {{algorithm: typeof RECOVERY_ALGORITHM}} RecoveryKdf */

/** A slot as it travels; `sealed` is 60 bytes in base64url. @typedef {{kdf: Kdf | RecoveryKdf, kind: SlotKind, sealed: string}} Slot */

/**
 * @param {string} user UUID
 * @param {SlotKind} kind
 * @param {Kdf | RecoveryKdf} kdf
 * @param {Bytes} unlockKey 32 bytes
 * @param {Bytes} vaultKey 32 bytes
 * @returns {Promise<Slot>}
 * @throws {FormatError} another length or kind
 * @throws {PolicyError} `policy_kdf`: a weak derivation
 */
export async function sealSlot(user, kind, kdf, unlockKey, vaultKey) {
  const sealed = await sealAead(await importAeadKey(unlockKey), aad(user, kind, kdf), vaultKey);
  return parseSlot({ kdf, kind, sealed: encodeBase64(sealed) });
}

/**
 * Read a slot that a server serves.
 * @param {Json} value
 * @returns {Slot}
 * @throws {FormatError} not of its one form
 * @throws {PolicyError} `policy_kdf`: a derivation that is none or weaker than the floor
 */
export function parseSlot(value) {
  const { kdf, kind, sealed } = parseFields(value, {
    kdf: (json) => json, // read by kind below
    kind: (json) => parseChoice(json, SLOT_KINDS),
    sealed: (json) => parseBase64(json, SEALED_LENGTH),
  });
  return { kdf: checkSlotKdf(kind, kdf), kind, sealed };
}

/**
 * Hold the derivation that a server names for a kind of slot to the policy, before it is used.
 * @param {SlotKind} kind
 * @param {unknown} kdf
 * @returns {Kdf | RecoveryKdf}
 * @throws {PolicyError} `policy_kdf`: a password below the floor, a recovery key by another way
 */
export function checkSlotKdf(kind, kdf) {
  return kind === "password" ? checkKdf(kdf) : checkRecoveryKdf(kdf);
}

/**
 * @param {string} user UUID
 * @param {Slot} slot that passed parseSlot
 * @param {Bytes} unlockKey 32 bytes
 * @returns {Promise<Bytes>} the vault key, 32 bytes; zero it when it is imported
 * @throws {WrongKeyError} a wrong password, another user's slot, another kind or derivation than was sealed and an
 *   altered byte are one error
 */
export async function openSlot(user, slot, unlockKey) {
  const sealed = decodeBase64(slot.sealed, SEALED_LENGTH);
  return openAead(await importAeadKey(unlockKey), aad(user, slot.kind, slot.kdf), sealed);
}

/** @param {Slot} slot @returns {Promise<string>} what a statement names a slot by: SHA-256 of its canonical JSON in hex */
export async function slotHash(slot) {
  return hashOf(encodeJson(slot));
}

/**
 * Bind the derivation, so that a server cannot pass off a cheaper one as what was sealed.
 * @param {string} user
 * @param {SlotKind} kind
 * @param {Kdf | RecoveryKdf} kdf
 */
function aad(user, kind, kdf) {
  decodeUuid(user);
  return encodeContext("coffer/v1/slot", encodeJson({ kdf, kind, user }));
}

/** @param {unknown} kdf @returns {RecoveryKdf} */
function checkRecoveryKdf(kdf) {
  try {
    return parseFields(/** @type {Json} */ (kdf), {
      algorithm: (name) => parseChoice(name, /** @type {const} */ ([RECOVERY_ALGORITHM])),
    });
  } catch (cause) {
    throw new PolicyError("policy_kdf", "kdf: not that of a recovery key", { cause });
  }
}
