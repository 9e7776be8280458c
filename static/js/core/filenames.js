// Safe file names: where a label's name, which anyone may have chosen, meets a disk (spec §4). Mirror: vault/client/filenames.py,
// to the byte: no rule depends on a Unicode version or a locale.

import { encodeUtf8 } from "./bytes.js";

export const MAX_FILE_NAME = 255;

const REPLACEMENT = "_";
const EDGES = ". ";
const UNSAFE = new RegExp(
  // C0, C1, DEL and line separators: a name of two lines forges headers and terminal output.
  String.raw`[\x00-\x1f\x7f-\x9f\u2028\u2029` +
    // Separators, drive colons, wildcards, quotes: a name never becomes a path or a command.
    String.raw`/\\:*?"<>|` +
    // Direction controls: a name that ends in "exe" must not read as one that ends in "txt".
    String.raw`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069` +
    // What is not seen, or is no character: two names that look alike would be two files.
    String.raw`\u00ad\u115f\u1160\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb` +
    String.raw`\ufffe\uffff\ud800-\udfff]`,
  "gu",
);
/** Device names of Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;
/** What is kept when a name is cut: a short extension, so that the file still opens. */
const EXTENSION = /\.[A-Za-z0-9]{1,16}$/;

/**
 * @param {string} name
 * @returns {string} 1 to 255 bytes of UTF-8 under which a file may be saved on any system
 */
export function safeFileName(name) {
  // Windows drops dots and spaces at the end, so that two names would be one file.
  const kept = trimEdgesEnd(name.replace(UNSAFE, REPLACEMENT));
  // A dot in front hides a file, or makes it the folder itself or the one above.
  const safe = cut(kept.replace(/^[. ]+/, (edges) => REPLACEMENT.repeat(edges.length)));
  return safe === "" || RESERVED.test(safe) ? cut(REPLACEMENT + safe) : safe;
}

/** Shorten the part before the extension until the name fits, never within a character. @param {string} name */
function cut(name) {
  if (encodeUtf8(name).length <= MAX_FILE_NAME) {
    return name;
  }
  const extension = EXTENSION.exec(name)?.[0] ?? "";
  let room = MAX_FILE_NAME - extension.length;
  let stem = "";
  for (const character of name) {
    room -= encodeUtf8(character).length;
    if (room < 0) {
      break;
    }
    stem += character;
  }
  return trimEdgesEnd(stem) + extension;
}

/** By hand: a pattern would take quadratic time on a long run of dots in the middle. @param {string} name */
function trimEdgesEnd(name) {
  let end = name.length;
  while (end > 0 && EDGES.includes(name[end - 1])) {
    end -= 1;
  }
  return name.slice(0, end);
}
