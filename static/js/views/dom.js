// Typed access to elements that a template must hold; a missing one is a mistake in the template and said at once.

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type the class it must have
 * @returns {T}
 * @throws {Error} when there is no such element
 */
export function one(root, selector, type) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) {
    throw new Error(`the page lacks ${selector}`);
  }
  return found;
}

/**
 * The element of a template that carries `data-part="name"`.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => T} type
 * @returns {T}
 */
export function part(root, name, type) {
  return one(root, `[data-part="${name}"]`, type);
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLElement}
 */
export function partElement(root, name) {
  return part(root, name, HTMLElement);
}

/**
 * @param {ParentNode} root
 * @param {string} name
 * @returns {HTMLButtonElement}
 */
export function partButton(root, name) {
  return part(root, name, HTMLButtonElement);
}

/**
 * Points an icon at another symbol of templates/includes/icons.html or kinds.html.
 * @param {Element} svg
 * @param {string} symbol its id
 */
export function setIcon(svg, symbol) {
  one(svg, "use", SVGUseElement).setAttribute("href", `#${symbol}`);
}
