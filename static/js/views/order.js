// Sorting and searching the files of a list: pure.

/** @typedef {import("../state/types.js").FileItem} FileItem */
/** @typedef {"name" | "size" | "modified"} Column */

/**
 * A sorted copy; files equal in the column follow by name.
 * @param {readonly FileItem[]} files
 * @param {Column} column
 * @param {boolean} descending
 * @param {string} locale BCP 47
 * @returns {FileItem[]}
 */
export function sortFiles(files, column, descending, locale) {
  const names = new Intl.Collator(locale, { numeric: true });
  const sign = descending ? -1 : 1;
  return [...files].sort((left, right) => {
    const byColumn = column === "name" ? 0 : left[column] - right[column];
    return sign * (byColumn || names.compare(left.name, right.name)) || (left.file < right.file ? -1 : 1);
  });
}

/** Folded names by item, because folding costs more than comparing. @type {WeakMap<FileItem, string>} */
const folded = new WeakMap();

/**
 * The files whose name contains every word of the query, whatever the case and accents.
 * @param {readonly FileItem[]} files
 * @param {string} query
 * @returns {readonly FileItem[]}
 */
export function findFiles(files, query) {
  const words = fold(query).split(/\s+/).filter((word) => word !== "");
  return words.length === 0 ? files : files.filter((item) => words.every((word) => foldedName(item).includes(word)));
}

/**
 * @param {FileItem} item
 * @returns {string}
 */
function foldedName(item) {
  const known = folded.get(item) ?? fold(item.name);
  folded.set(item, known);
  return known;
}

/**
 * @param {string} text
 * @returns {string}
 */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
