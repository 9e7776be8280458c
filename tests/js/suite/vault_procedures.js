// Procedures of the vectors that hold keys: the core takes them imported, a vector writes bytes.
// The same in Python: tests/client/vault_procedures.py.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */
/** @import {Keyring} from "../../../static/js/core/keyring.js" */
/** @import {Generation, Identity} from "../../../static/js/core/keys.js" */
/** @import {Label} from "../../../static/js/core/labels.js" */
/** @import {Slot} from "../../../static/js/core/slots.js" */

import { decodeBase64, decodeUtf8, encodeBase64 } from "../../../static/js/core/bytes.js";
import { safeFileName } from "../../../static/js/core/filenames.js";
import { openCache, openKeyring, sealKeyring } from "../../../static/js/core/keyring.js";
import { importGeneration, importIdentity } from "../../../static/js/core/keys.js";
import { openLabel, sealLabel } from "../../../static/js/core/labels.js";
import { importAeadKey } from "../../../static/js/core/primitives.js";
import { openSlot } from "../../../static/js/core/slots.js";
import { signStatement } from "../../../static/js/core/statements.js";
import { openWrap } from "../../../static/js/core/wraps.js";
import { verdictOf } from "./check.js";

/** @type {Record<string, (around: unknown, ...rest: any[]) => unknown>} */
export const VAULT_PROCEDURES = {
  /**
   * Open under a generation as the keyring holds it.
   * @param {unknown} _
   * @param {Generation} generation
   * @param {[Bytes, string, string, string]} rest
   */
  open_wrap: async (_, generation, ...rest) => openWrap(await importGeneration(generation), ...rest),

  /** Seal under a key of bytes. @param {unknown} _ @param {Bytes} key @param {[string, string, Label]} rest */
  seal_label: async (_, key, ...rest) => sealLabel(await importAeadKey(key), ...rest),

  /** Open under a key of bytes. @param {unknown} _ @param {Bytes} key @param {[string, string, Bytes]} rest */
  open_label: async (_, key, ...rest) => openLabel(await importAeadKey(key), ...rest),

  /**
   * Every verdict about a label with a byte flipped, or cut somewhere.
   * @param {unknown} _
   * @param {Bytes} bytes the label key
   * @param {string} person
   * @param {string} file
   * @param {Bytes} sealed
   */
  label_verdicts: async (_, bytes, person, file, sealed) => {
    const key = await importAeadKey(bytes);
    return verdicts((data) => openLabel(key, person, file, data), [...flipped(sealed), ...cut(sealed)]);
  },

  /** Seal under a key of bytes. @param {unknown} _ @param {Bytes} key @param {Keyring} keyring */
  seal_keyring: async (_, key, keyring) => sealKeyring(await importAeadKey(key), keyring),

  /** Open under a key of bytes. @param {unknown} _ @param {Bytes} key @param {[string, number, Bytes]} rest */
  open_keyring: async (_, key, ...rest) => openKeyring(await importAeadKey(key), ...rest),

  /**
   * Every verdict about a keyring with a byte flipped, or cut somewhere.
   * @param {unknown} _
   * @param {Bytes} bytes the vault key
   * @param {string} user
   * @param {number} revision
   * @param {Bytes} sealed
   */
  keyring_verdicts: async (_, bytes, user, revision, sealed) => {
    const key = await importAeadKey(bytes);
    return verdicts((data) => openKeyring(key, user, revision, data), [...flipped(sealed), ...cut(sealed)]);
  },

  /** Open under a key of bytes. @param {unknown} _ @param {Bytes} key @param {[string, string, Bytes]} rest */
  open_cache: async (_, key, ...rest) => openCache(await importAeadKey(key), ...rest),

  /**
   * Every verdict about a slot with a sealed byte flipped.
   * @param {unknown} _
   * @param {string} user
   * @param {Slot} slot
   * @param {Bytes} unlockKey
   */
  slot_verdicts: async (_, user, slot, unlockKey) => verdicts(
    (sealed) => openSlot(user, { ...slot, sealed: encodeBase64(sealed) }, unlockKey), flipped(decodeBase64(slot.sealed)),
  ),

  /** Sign under an identity key as the keyring holds it. @param {unknown} _ @param {Identity} identity @param {Bytes} data */
  sign_statement: async (_, identity, data) => signStatement(await importIdentity(identity), data),

  /** Take a name too long to write down. @param {unknown} _ @param {Bytes} name */
  safe_file_name_of_bytes: (_, name) => safeFileName(decodeUtf8(name)),
};

/** @param {(data: Bytes) => Promise<unknown>} attempt @param {Bytes[]} damaged */
async function verdicts(attempt, damaged) {
  const seen = new Set();
  for (const data of damaged) {
    seen.add(await verdictOf(() => attempt(data)));
  }
  return [...seen].sort();
}

/** @param {Bytes} data @returns {Bytes[]} */
function flipped(data) {
  return Array.from(data, (byte, index) => data.with(index, byte ^ 1));
}

/** @param {Bytes} data @returns {Bytes[]} */
function cut(data) {
  return Array.from(data, (_, length) => data.slice(0, length));
}
