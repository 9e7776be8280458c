// Signing up, in, out; unlocking and locking: what is sent, what is kept, what goes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { CofferError } from "../../../static/js/core/errors.js";
import { checkKdf, makeKdf } from "../../../static/js/core/passphrase.js";
import { Marks } from "../../../static/js/state/marks.js";
import { Session } from "../../../static/js/state/session.js";
import { FakeServer } from "./fake_server.js";
import { asApi, cipher, makeStorage } from "./world.js";

const PASSWORD = "correct horse battery";

/** Keys that depend on the password, without the cost of Argon2id. @param {string} password */
async function keysOf(password) {
  const digest = async (/** @type {string} */ text) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return { loginKey: await digest(`login ${password}`), unlockKey: await digest(`unlock ${password}`) };
}

/** A device: a session, what became of its workers, and whether its vault is open. */
function makeDevice(server = new FakeServer(), storage = makeStorage()) {
  const seen = { open: false, kdfs: 0, kdfsEnded: 0, ciphers: 0, ciphersEnded: 0, calls: /** @type {string[]} */ ([]) };
  /** @type {Record<string, (...args: any[]) => Promise<unknown>>} */
  const kdf = {
    makePasswordKeys: async (password) => ({ kdf: makeKdf(), ...(await keysOf(password)) }),
    makeRecoveryKeys: async () => ({ words: "word ".repeat(24).trim(), ...(await keysOf("recovery")) }),
    derivePasswordKeys: async (password, parameters) => {
      checkKdf(parameters);
      return keysOf(password);
    },
  };
  const session = new Session(/** @type {any} */ ({
    api: asApi(server),
    marks: new Marks(storage),
    makeCipher: () => {
      seen.ciphers += 1;
      return { ...cipher, end: () => { seen.ciphersEnded += 1; } };
    },
    makeKdf: () => {
      seen.kdfs += 1;
      return {
        call: (/** @type {string} */ operation, /** @type {unknown[]} */ args) => {
          seen.calls.push(operation);
          return kdf[operation](...args);
        },
        end: () => { seen.kdfsEnded += 1; },
      };
    },
    onOpen: () => { seen.open = true; },
    onClose: () => { seen.open = false; },
  }));
  /** @type {string[]} */
  const told = [];
  session.addEventListener("change", () => told.push(session.status));
  return { server, storage, session, seen, told };
}

/** @param {ReturnType<typeof makeDevice>} device */
async function signUp({ session }) {
  const pending = await session.signUp("owner", PASSWORD);
  await pending.confirm();
}

test("nobody is signed in at first", async () => {
  const { session, told } = makeDevice();
  assert.equal(session.status, "unknown");
  await session.load();
  assert.deepEqual([session.status, session.username, told], ["anonymous", "", ["anonymous"]]);
});

test("nothing exists on the server before the recovery key was typed back", async () => {
  const { server, session, seen } = makeDevice();
  const pending = await session.signUp("owner", PASSWORD);
  assert.equal(pending.words.length, 24);
  assert.deepEqual([server.user, server.chain.length, session.status, seen.open], ["", 0, "unknown", false]);
  await pending.confirm();
  assert.deepEqual([session.status, session.username, seen.open], ["unlocked", "owner", true]);
  assert.equal(server.chain.length, 1);
});

test("a sign-up that the server refuses leaves nothing open, and may be tried again", async () => {
  const { server, session, seen } = makeDevice();
  const pending = await session.signUp("owner", PASSWORD);
  const honest = server.register.bind(server);
  server.register = async () => { throw new CofferError("username_taken", "taken"); };
  await assert.rejects(pending.confirm(), { code: "username_taken" });
  assert.equal(seen.open, false);
  server.register = honest;
  await pending.confirm();
  assert.equal(session.status, "unlocked");
});

test("a password of fewer than 8 characters is refused before anything is made", async () => {
  const { session, seen } = makeDevice();
  await assert.rejects(session.signUp("owner", "🎁🎁🎁🎁🎁🎁🎁"), { code: "policy_password" });
  assert.equal(seen.kdfs, 0);
});

test("what goes to the server is the login key, never the password or the unlock key", async () => {
  const { server, session } = makeDevice();
  /** @type {unknown[]} */
  const sent = [];
  server.register = async (...args) => {
    sent.push(args);
    return { user: "", username: "" };
  };
  const pending = await session.signUp("owner", PASSWORD);
  await pending.confirm();
  const text = JSON.stringify(sent);
  const { loginKey, unlockKey } = await keysOf(PASSWORD);
  assert.ok(text.includes(JSON.stringify(loginKey)));
  assert.equal(text.includes(PASSWORD), false);
  assert.equal(text.includes(JSON.stringify(unlockKey)), false);
  assert.equal(text.includes(Buffer.from(unlockKey).toString("base64url")), false);
});

test("the worker that saw the password is ended every time", async () => {
  const device = makeDevice();
  await signUp(device);
  device.session.lock();
  await device.session.unlock(PASSWORD);
  device.session.lock();
  await assert.rejects(device.session.unlock("another password"), { code: "wrong_key" });
  assert.deepEqual([device.seen.kdfs, device.seen.kdfsEnded], [3, 3]);
});

test("locking ends the workers; the password opens the vault again", async () => {
  const device = makeDevice();
  await signUp(device);
  device.session.lock();
  assert.deepEqual([device.session.status, device.seen.open, device.seen.ciphersEnded], ["locked", false, 1]);
  await device.session.unlock(PASSWORD);
  assert.deepEqual([device.session.status, device.seen.open], ["unlocked", true]);
});

test("after a reload the session is locked, and a wrong password opens nothing", async () => {
  const first = makeDevice();
  await signUp(first);
  const { session, seen } = makeDevice(first.server, first.storage);
  await session.load();
  assert.deepEqual([session.status, session.username], ["locked", "owner"]);
  await assert.rejects(session.unlock("another password"), { code: "wrong_key" });
  assert.deepEqual([session.status, seen.open, seen.ciphersEnded], ["locked", false, seen.ciphers]);
  await session.unlock(PASSWORD);
  assert.equal(session.status, "unlocked");
});

test("a server that lowers the cost of guessing gets no login key", async () => {
  const first = makeDevice();
  await signUp(first);
  for (const change of [{ iterations: 1 }, { memory: 8 }, { memory: 2 ** 31 }, { iterations: null }, { parallelism: 2 }]) {
    const { server, session } = makeDevice(first.server);
    server.log = [];
    const honest = server.account.slots[0].kdf;
    server.kdf = async () => ({ ...honest, ...change });
    await assert.rejects(session.signIn("owner", PASSWORD), { code: "policy_kdf" });
    assert.deepEqual(server.log, []);
  }
});

test("signing in on another device opens the vault", async () => {
  const first = makeDevice();
  await signUp(first);
  const { session, seen, told } = makeDevice(first.server);
  await session.signIn("owner", PASSWORD);
  assert.deepEqual([session.status, session.username, seen.open, told], ["unlocked", "owner", true, ["locked", "unlocked"]]);
});

/** @type {[string, string, (server: FakeServer) => void][]} */
const LIES = [
  ["another keyring", "tampered_keyring", (server) => {
    const sealed = Buffer.from(server.account.keyring, "base64url");
    sealed[100] ^= 1;
    server.account = { ...server.account, keyring: sealed.toString("base64url") };
  }],
  ["no password slot", "tampered_rollback", (server) => {
    server.account = { ...server.account, slots: server.account.slots.slice(1) };
  }],
  ["a slot that no statement names", "tampered_rollback", (server) => {
    const [password, recovery] = server.account.slots;
    server.account = { ...server.account, slots: [password, { ...recovery, sealed: password.sealed }] };
  }],
  ["a head that it does not serve", "tampered_rollback", (server) => {
    const { vault } = server;
    server.vault = async () => ({ ...(await vault.call(server)), head: { hash: "ab".repeat(32), seq: 1 } });
  }],
  ["another username", "tampered_key", (server) => { server.username = "other"; }],
  ["an empty chain", "tampered_key", (server) => { server.statements = async () => ({ next: "", results: [] }); }],
];
for (const [what, code, lie] of LIES) {
  test(`a server that serves ${what} does not get the vault opened`, async () => {
    const first = makeDevice();
    await signUp(first);
    const { session, seen, server } = makeDevice(first.server);
    await session.load();
    lie(server);
    await assert.rejects(session.unlock(PASSWORD), { code });
    assert.deepEqual([session.status, seen.open, seen.ciphersEnded], ["locked", false, seen.ciphers]);
  });
}

test("a browser that has seen the chain refuses a shorter one as rolled back", async () => {
  const first = makeDevice();
  await signUp(first);
  const { session, server } = makeDevice(first.server, first.storage);
  server.statements = async () => ({ next: "", results: [] });
  await assert.rejects(session.unlock(PASSWORD), { code: "tampered_rollback" });
});

test("signing out locks, and tells the server", async () => {
  const device = makeDevice();
  await signUp(device);
  await device.session.signOut();
  assert.deepEqual([device.session.status, device.session.username, device.seen.open], ["anonymous", "", false]);
  assert.deepEqual(device.server.log, ["sign out"]);
});

test("signing out without a line locks all the same, and says so", async () => {
  const device = makeDevice();
  await signUp(device);
  device.server.closeSession = async () => { throw new CofferError("network", "no line"); };
  await assert.rejects(device.session.signOut(), { code: "network" });
  assert.deepEqual([device.session.status, device.seen.open], ["locked", false]);
});

test("a session that has ended by itself is signed out", async () => {
  const device = makeDevice();
  await signUp(device);
  device.session.expire();
  assert.deepEqual([device.session.status, device.seen.open], ["anonymous", false]);
  device.server.closeSession = async () => { throw new CofferError("not_authenticated", "gone"); };
  await device.session.signOut();
  assert.equal(device.session.status, "anonymous");
});

test("locking during an unlock wins", async () => {
  const first = makeDevice();
  await signUp(first);
  const { session, seen, server } = makeDevice(first.server);
  await session.load();
  const honest = server.statements.bind(server);
  server.statements = async (after) => {
    session.expire();
    return honest(after);
  };
  await assert.rejects(session.unlock(PASSWORD), { code: "locked" });
  assert.deepEqual([session.status, seen.open], ["anonymous", false]);
});
