// Making a vault: all its keys, both slots, the keyring and the statement that begins the chain (spec §2, §5.3).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Kdf} from "../core/passphrase.js" */

import { encodeBase64 } from "../core/bytes.js";
import { NO_STATEMENT } from "../core/directory.js";
import { keyringHash, makeKeyring, sealKeyring } from "../core/keyring.js";
import { generationPublicKey, identityPublicKey, importIdentity, makeVaultKey } from "../core/keys.js";
import { importAeadKey, makeUuid } from "../core/primitives.js";
import { RECOVERY_ALGORITHM, sealSlot, slotHash } from "../core/slots.js";
import { buildStatement, signStatement } from "../core/statements.js";
import { takeKeys } from "./keeper.js";

/**
 * Makes a new vault and holds its keys. Nothing of it exists anywhere else before the page registers it.
 * @param {string} username
 * @param {{kdf: Kdf, unlockKey: Bytes}} password its unlock key is zeroed
 * @param {{unlockKey: Bytes}} recovery its unlock key is zeroed
 * @param {number} time ms
 * @returns {Promise<{user: string, statement: Bytes, account: {keyring: string, signature: string, slots: object[], statement: string}}>}
 *   `account` is the body of `POST accounts` but for the login keys
 */
export async function foundVault(username, password, recovery, time) {
  const user = makeUuid();
  const keyring = await makeKeyring(user);
  const { sealed, slots } = await sealVault(keyring, password, recovery);
  const [generation] = keyring.generations;
  const statement = await buildStatement({
    items: [{
      generation: generation.generation,
      identity_key: encodeBase64(await identityPublicKey(keyring.identity)),
      keyring: { hash: await keyringHash(sealed), revision: keyring.revision },
      not_after: 0,
      public_key: encodeBase64(await generationPublicKey(generation)),
      slots: await Promise.all(slots.map(async (slot) => ({ hash: await slotHash(slot), kind: slot.kind }))),
      username,
    }],
    prev: NO_STATEMENT,
    seen: { root: keyring.log.root, size: keyring.log.size },
    seq: 1,
    time,
    type: "register",
    user,
  });
  const signature = await signStatement(await importIdentity(keyring.identity), statement);
  await takeKeys(keyring);
  return {
    user,
    statement,
    account: { keyring: encodeBase64(sealed), signature: encodeBase64(signature), slots, statement: encodeBase64(statement) },
  };
}

/**
 * @param {Awaited<ReturnType<typeof makeKeyring>>} keyring
 * @param {{kdf: Kdf, unlockKey: Bytes}} password
 * @param {{unlockKey: Bytes}} recovery
 */
async function sealVault(keyring, password, recovery) {
  const vaultKey = makeVaultKey();
  try {
    return {
      sealed: await sealKeyring(await importAeadKey(vaultKey), keyring),
      slots: [
        await sealSlot(keyring.user, "password", password.kdf, password.unlockKey, vaultKey),
        await sealSlot(keyring.user, "recovery", { algorithm: RECOVERY_ALGORITHM }, recovery.unlockKey, vaultKey),
      ],
    };
  } finally {
    vaultKey.fill(0);
    password.unlockKey.fill(0);
    recovery.unlockKey.fill(0);
  }
}
