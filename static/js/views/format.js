// Sizes, speeds, times and kinds of file as a person reads them, in the language of the page.

import { locale } from "./words.js";

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];
const DAY = 86_400_000;

/** Names of more characters may be cut to fit. */
export const LONG_NAME = 24;

/** What stays in sight of a long name; the style sheet keeps room for it. */
const LONGEST_ENDING = 10;

/** Longest part of a name that is drawn; a longer one costs layout time and is no more readable. */
const LONGEST_NAME = 300;

/**
 * @param {number} bytes
 * @returns {string} such as `4.2 MB`
 */
export function formatSize(bytes) {
  const power = Math.max(0, Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return unit(BYTE_UNITS[power], power === 0 ? "long" : "short", value < 10 && power > 0 ? 1 : 0).format(value);
}

/**
 * @param {number} bytesPerSecond
 * @returns {string} such as `8.2 MB/s`
 */
export function formatSpeed(bytesPerSecond) {
  const power = bytesPerSecond < 1_000_000 ? 1 : 2;
  const value = bytesPerSecond / 1000 ** power;
  return unit(`${BYTE_UNITS[power]}-per-second`, "short", value < 10 ? 1 : 0).format(value);
}

/**
 * @param {number} seconds
 * @returns {string} such as `2 min`
 */
export function formatDuration(seconds) {
  const [name, size] = seconds < 60 ? ["second", 1] : seconds < 3600 ? ["minute", 60] : ["hour", 3600];
  return unit(/** @type {string} */ (name), "short", 0).format(Math.max(1, Math.round(seconds / Number(size))));
}

/**
 * A moment as short as it stays clear: today the time, this year the day, before that the date.
 * @param {number} moment milliseconds since 1970
 * @param {number} now the same
 * @returns {string}
 */
export function formatMoment(moment, now) {
  const day = new Date(moment);
  const today = new Date(now);
  if (day.toDateString() === today.toDateString()) {
    return dates({ hour: "numeric", minute: "2-digit" }).format(day);
  }
  if (day.getFullYear() === today.getFullYear() && Math.abs(now - moment) < 365 * DAY) {
    return dates({ day: "numeric", month: "short" }).format(day);
  }
  return dates({ day: "numeric", month: "short", year: "numeric" }).format(day);
}

/**
 * @param {number} moment milliseconds since 1970
 * @returns {string} date and time in full
 */
export function formatMomentInFull(moment) {
  return dates({ dateStyle: "full", timeStyle: "short" }).format(moment);
}

/**
 * An untrusted name in two pieces: a stem that may be cut, an ending that stays in sight. The ending is plain ASCII and
 * drawn in a bidi paragraph of its own, so that `photo\u202Egpj.exe` cannot look like a picture.
 * @param {string} name
 * @returns {{stem: string, tail: string}}
 */
export function splitName(name) {
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 20)}…${name.slice(-19)}` : name;
  // A long name keeps a few letters before its ending: that is where versions and numbers stand.
  const ending = /(?!^)\.[A-Za-z0-9]{1,8}$/.exec(shown)?.[0] ?? "";
  const room = shown.length > LONG_NAME ? LONGEST_ENDING - ending.length : 0;
  const before = /[ -~]*$/.exec(shown.slice(0, shown.length - ending.length))?.[0] ?? "";
  const tail = ending === "" || room === 0 ? ending : before.slice(-room) + ending;
  return { stem: shown.slice(0, shown.length - tail.length), tail };
}

/** @type {readonly [RegExp, string][]} */
const KINDS_BY_TYPE = [
  [/^folder$/, "folder"],
  [/^image\//, "image"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
  [/^application\/pdf$/, "pdf"],
  [/spreadsheet|ms-excel|csv/, "sheet"],
  [/presentation|powerpoint/, "slides"],
  [/zip|x-tar|gzip|7z|rar|bzip|xz|zstd/, "archive"],
  [/msword|wordprocessing|opendocument\.text|rtf/, "text"],
  [/javascript|json|[/+]xml|html|css|x-sh|x-python|wasm|typescript/, "code"],
  [/^text\//, "text"],
];

/** @type {readonly [RegExp, string][]} */
const KINDS_BY_ENDING = [
  [/\.(jpe?g|png|gif|webp|avif|heic|svg|tiff?|bmp)$/i, "image"],
  [/\.(mp4|mov|mkv|webm|avi|m4v)$/i, "video"],
  [/\.(mp3|m4a|flac|ogg|opus|wav)$/i, "audio"],
  [/\.pdf$/i, "pdf"],
  [/\.(xlsx?|ods|csv|tsv|numbers)$/i, "sheet"],
  [/\.(pptx?|odp|key)$/i, "slides"],
  [/\.(zip|tar|gz|tgz|7z|rar|bz2|xz|zst)$/i, "archive"],
  [/\.(m?js|ts|jsx|tsx|py|rs|go|c|h|cpp|java|rb|sh|json|ya?ml|toml|xml|html?|css|sql)$/i, "code"],
  [/\.(txt|md|docx?|odt|rtf|pages|log|tex)$/i, "text"],
];

/**
 * Which icon (templates/includes/kinds.html) stands for a file.
 * @param {string} type media type, "folder" for a folder
 * @param {string} name
 * @returns {string}
 */
export function kindOf(type, name) {
  const byType = KINDS_BY_TYPE.find(([pattern]) => pattern.test(type));
  const byEnding = KINDS_BY_ENDING.find(([pattern]) => pattern.test(name));
  return byType?.[1] ?? byEnding?.[1] ?? "file";
}

/** Formats are slow to make and asked for on every row. @type {Map<string, Intl.NumberFormat>} */
const units = new Map();

/** @type {Map<string, Intl.DateTimeFormat>} */
const moments = new Map();

/**
 * @param {string} name
 * @param {"long" | "short"} display
 * @param {number} digits after the point, at most
 * @returns {Intl.NumberFormat}
 */
function unit(name, display, digits) {
  const key = `${name} ${display} ${digits}`;
  const made = units.get(key)
    ?? new Intl.NumberFormat(locale(), { style: "unit", unit: name, unitDisplay: display, maximumFractionDigits: digits });
  units.set(key, made);
  return made;
}

/**
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {Intl.DateTimeFormat}
 */
function dates(options) {
  const key = Object.keys(options).join(" ");
  const made = moments.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  moments.set(key, made);
  return made;
}
