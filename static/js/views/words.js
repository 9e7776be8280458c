// Every word a person reads comes from a <template> of the page: whole parts, sentences with values, sentences for errors.

/**
 * A copy of `<template id="…">`, with its custom elements ready.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function clone(id) {
  return document.importNode(template(id).content, true);
}

/**
 * The title a view's template gives the page.
 * @param {string} id
 * @returns {string} "" when it has none
 */
export function titleOf(id) {
  return template(id).dataset.title ?? "";
}

/**
 * The sentence `<template id="say-…">` with its {values} filled in; numbers are written as the language does, and
 * `count` chooses the plural form.
 * @param {string} id without `say-`
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(id, values = {}) {
  return sentence(template(`say-${id}`), values);
}

/**
 * What to tell a person about an error: the sentence of its code.
 * @param {unknown} error
 * @returns {string}
 */
export function sayError(error) {
  const known = document.getElementById(`error-${codeOf(error)}`);
  return sentence(known instanceof HTMLTemplateElement ? known : template("error-unknown"), {});
}

/**
 * The code of an error made on purpose, else "unknown"; such a one is a fault of ours and goes to the console.
 * @param {unknown} error
 * @returns {string}
 */
export function codeOf(error) {
  // A DOMException has a numeric code, which is none of ours.
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  reportError(error);
  return "unknown";
}

/**
 * Untrusted text inside a sentence: kept apart by bidi isolates, so that it cannot reorder the words around it.
 * @param {string} text
 * @returns {string}
 */
export function isolate(text) {
  return `\u2068${text}\u2069`;
}

/**
 * The reader's language: the region of the browser where it speaks the page's language, else the page's own.
 * @returns {string} BCP 47
 */
export function locale() {
  const page = document.documentElement.lang || "en";
  const language = page.split("-", 1)[0];
  return navigator.languages.find((tag) => tag.split("-", 1)[0] === language) ?? page;
}

/**
 * @param {string} id
 * @returns {HTMLTemplateElement}
 */
function template(id) {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLTemplateElement)) {
    throw new Error(`the page lacks the template ${id}`);
  }
  return found;
}

/**
 * @param {HTMLTemplateElement} from
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
function sentence(from, values) {
  const count = typeof values.count === "number" ? values.count : 0;
  const form = from.content.querySelector(`[data-form="${new Intl.PluralRules(locale()).select(count)}"]`)
    ?? from.content.querySelector('[data-form="other"]');
  const text = (form ?? from.content).textContent ?? "";
  return text.trim().replace(/\{([a-z]+)\}/g, (whole, key) => {
    const value = values[key];
    return typeof value === "number" ? new Intl.NumberFormat(locale()).format(value) : value ?? whole;
  });
}
