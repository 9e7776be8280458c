// The shapes that the state layer offers and the views draw: types alone, nothing runs (spec §0 has the nouns).

/**
 * What a person may be told went wrong: `code` picks the sentence in templates/includes/errors.html.
 * @typedef {{code: string}} Problem
 */

/**
 * `unknown` until load() has asked the server; `locked`: signed in, keys not in memory; `unlocked`: keys in memory.
 * @typedef {"unknown" | "anonymous" | "locked" | "unlocked"} SessionStatus
 */

/**
 * A sign-up that waits for the recovery key to be typed back. Nothing exists on the server before confirm().
 * @typedef {object} PendingSignUp
 * @property {readonly string[]} words the recovery key, 24 words
 * @property {() => Promise<void>} confirm makes the account and unlocks; rejects with a Problem
 */

/**
 * Sends `change` whenever a field changed. Every method rejects with a Problem.
 * @typedef {EventTarget & {
 *   readonly status: SessionStatus,
 *   readonly username: string,
 *   load: () => Promise<void>,
 *   signUp: (username: string, password: string) => Promise<PendingSignUp>,
 *   signIn: (username: string, password: string) => Promise<void>,
 *   unlock: (password: string) => Promise<void>,
 *   lock: () => void | Promise<void>,
 *   signOut: () => Promise<void>,
 * }} Session
 */

/**
 * One file as its member sees it. Times in milliseconds since 1970, sizes in bytes; `trashed` is 0 outside the trash.
 * `name` and `type` are untrusted text.
 * @typedef {object} FileItem
 * @property {string} file UUID
 * @property {string} name
 * @property {string} type media type
 * @property {number} size
 * @property {number} modified
 * @property {number} trashed
 * @property {string} folder UUID, "" for the root
 * @property {string} version UUID of the current version
 */

/**
 * Sends `change` whenever a field changed; `files` and `trash` are new arrays then.
 * @typedef {EventTarget & {
 *   readonly status: "loading" | "ready" | "error",
 *   readonly error: Problem | null,
 *   readonly files: readonly FileItem[],
 *   readonly trash: readonly FileItem[],
 *   refresh: () => Promise<void>,
 *   trashFiles: (files: readonly string[]) => Promise<void>,
 *   restoreFiles: (files: readonly string[]) => Promise<void>,
 * }} Vault
 */

/**
 * One upload or download. `speed` in bytes a second and `eta` in seconds are 0 while unknown.
 * @typedef {object} Transfer
 * @property {string} id
 * @property {"up" | "down"} direction
 * @property {string} name untrusted text
 * @property {number} size bytes
 * @property {number} done bytes
 * @property {number} speed
 * @property {number} eta
 * @property {"waiting" | "active" | "done" | "failed" | "cancelled"} status
 * @property {Problem | null} error when failed
 */

/**
 * Sends `change` at most about ten times a second. `active`: something is waiting or under way.
 * @typedef {EventTarget & {
 *   readonly items: readonly Transfer[],
 *   readonly active: boolean,
 *   upload: (files: FileList | readonly File[]) => void | Promise<void>,
 *   download: (files: readonly string[]) => void | Promise<void>,
 *   cancel: (id: string) => void,
 *   clear: () => void,
 * }} Transfers
 */

/**
 * Everything the views may reach; made once in main.js and handed down.
 * @typedef {{session: Session, vault: Vault, transfers: Transfers}} Context
 */

export {};
