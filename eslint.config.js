// ESLint: the language's traps, and the fences between the layers of static/js (ARCHITECTURE.md).

import { dirname, relative, resolve } from "node:path";

/**
 * @import {Rule} from "eslint"
 * @import {Comment, ExportAllDeclaration, ExportNamedDeclaration, Expression, ImportDeclaration, ImportExpression, SourceLocation} from "estree"
 * @typedef {ExportAllDeclaration | ExportNamedDeclaration | ImportDeclaration | ImportExpression} Importing
 */

const ROOT = resolve(import.meta.dirname, "static/js");

/**
 * What each layer may import; `types` may be named in JSDoc besides.
 * @type {Record<string, {code: string[], types: string[]}>}
 */
const LAYERS = {
  core: { code: ["core", "vendor"], types: [] },
  workers: { code: ["workers", "core", "vendor"], types: [] },
  transport: { code: ["transport", "core"], types: ["workers"] },
  state: { code: ["state", "transport", "core"], types: ["workers"] },
  views: { code: ["views", "state", "transport", "core"], types: [] },
  // Scripts of Django's admin: an operator's pages, which share nothing with a member's.
  admin: { code: ["admin"], types: [] },
};

/**
 * The layer a file lies in: its folder in static/js, `vendor` for bundled code, `main` for the roots.
 * @param {string} path
 */
function layerOf(path) {
  const [folder, ...rest] = relative(ROOT, path).split("/");
  if (folder === "..") {
    return rest[0] === "vendor" ? "vendor" : "outside";
  }
  return rest.length > 0 ? folder : "main";
}

/** @type {Rule.RuleModule} */
const layers = {
  meta: { type: "problem", schema: [], messages: { upward: "{{from}} must not know {{to}} ({{path}})" } },
  create(context) {
    const from = layerOf(context.filename);
    const rule = LAYERS[from];
    /** @param {Importing | Comment} node @param {string} path @param {string[]} allowed */
    const check = (node, path, allowed) => {
      const to = path.startsWith(".") ? layerOf(resolve(dirname(context.filename), path)) : "bare";
      if (!allowed.includes(to)) {
        context.report({ loc: /** @type {SourceLocation} */ (node.loc), messageId: "upward", data: { from, to, path } });
      }
    };
    /** @param {Importing} node */
    const code = (node) => {
      if (node.source) {
        const path = node.source.type === "Literal" ? String(node.source.value) : "computed";
        check(node, path, rule.code);
      }
    };
    const comments = () => {
      for (const comment of context.sourceCode.getAllComments()) {
        for (const [, path] of comment.value.matchAll(/(?:from\s+|import\()["']([^"']+)["']/g)) {
          check(comment, path, [...rule.code, ...rule.types]);
        }
      }
    };
    return rule
      ? {
          Program: comments,
          ImportDeclaration: code,
          ImportExpression: code,
          ExportAllDeclaration: code,
          ExportNamedDeclaration: code,
        }
      : {};
  },
};

/**
 * An import without a semicolon keeps its unhashed name in the static build, and does not load there.
 * @type {Rule.RuleModule}
 */
const semicolons = {
  meta: { type: "problem", schema: [], messages: { missing: "end an import or export-from with a semicolon" } },
  create(context) {
    /** @param {Importing} node */
    const check = (node) => {
      if (node.source && context.sourceCode.getLastToken(node)?.value !== ";") {
        context.report({ node, messageId: "missing" });
      }
    };
    return { ImportDeclaration: check, ExportAllDeclaration: check, ExportNamedDeclaration: check };
  },
};

const LANGUAGE = {
  "array-callback-return": "error",
  complexity: ["error", 12],
  curly: "error",
  "default-case-last": "error",
  eqeqeq: "error",
  "for-direction": "error",
  "getter-return": "error",
  "no-alert": "error",
  "no-async-promise-executor": "error",
  "no-caller": "error",
  "no-class-assign": "error",
  "no-cond-assign": "error",
  "no-console": "error",
  "no-const-assign": "error",
  "no-constant-binary-expression": "error",
  "no-constant-condition": "error",
  "no-debugger": "error",
  "no-dupe-class-members": "error",
  "no-dupe-else-if": "error",
  "no-dupe-keys": "error",
  "no-duplicate-case": "error",
  "no-duplicate-imports": "error",
  "no-empty": "error",
  "no-eval": "error",
  "no-extend-native": "error",
  "no-fallthrough": "error",
  "no-implicit-coercion": "error",
  "no-implied-eval": "error",
  "no-import-assign": "error",
  "no-lone-blocks": "error",
  "no-loss-of-precision": "error",
  "no-new-func": "error",
  "no-param-reassign": "error",
  "no-proto": "error",
  "no-prototype-builtins": "error",
  "no-promise-executor-return": "error",
  "no-redeclare": "error",
  "no-return-assign": "error",
  "no-script-url": "error",
  "no-self-assign": "error",
  "no-self-compare": "error",
  "no-sequences": "error",
  "no-shadow": "error",
  "no-throw-literal": "error",
  "no-unassigned-vars": "error",
  "no-unmodified-loop-condition": "error",
  "no-unreachable": "error",
  "no-unsafe-finally": "error",
  "no-unsafe-optional-chaining": "error",
  "no-unused-expressions": "error",
  "no-unused-private-class-members": "error",
  "no-unused-vars": "error",
  "no-useless-assignment": "error",
  "no-useless-catch": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "no-warning-comments": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-promise-reject-errors": "error",
  "preserve-caught-error": "error",
  radix: "error",
  "require-yield": "error",
  "use-isnan": "error",
  "valid-typeof": "error",
};

/** Sinks that turn text into markup. */
const SINKS = ["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "srcdoc"];

/** fetch has one caller, so that every request passes one place that knows tokens and errors. */
const WIRE = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource"];

/** Storage that a thief of the disk reads in the clear; only state keeps its marks there, which are not secret. */
const OPEN_STORAGE = ["localStorage", "sessionStorage"];

/** @param {string[]} names */
const offWindow = (names) =>
  ["window", "self", "globalThis"].flatMap((object) => names.map((property) => ({ object, property })));

const PROPERTIES = [
  ...SINKS.map((property) => ({ property, message: "text from outside is never markup" })),
  { object: "document", property: "write" },
  { object: "document", property: "cookie" },
  ...offWindow([...WIRE, ...OPEN_STORAGE]),
];

/** core computes: no clock, no chance but crypto.getRandomValues, no wire, no memory of its own. */
const CORE_GLOBALS = [
  ...[...WIRE, ...OPEN_STORAGE, "indexedDB", "caches", "postMessage", "navigator", "location", "document"],
  ...["window", "self", "globalThis", "process", "Buffer", "console"],
  ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "queueMicrotask"],
];

export default [
  { ignores: ["static/vendor/", "staticfiles/", ".venv/", ".cache/", "**/*.d.ts"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["static/js/**/*.js", "tests/js/**/*.js", "eslint.config.js"],
    plugins: { coffer: { rules: { layers, semicolons } } },
    rules: { ...LANGUAGE, "coffer/semicolons": "error" },
  },
  {
    files: ["static/js/**/*.js"],
    rules: {
      "coffer/layers": "error",
      "no-restricted-globals": ["error", ...WIRE, ...OPEN_STORAGE, "event", "name"],
      "no-restricted-properties": ["error", ...PROPERTIES],
    },
  },
  {
    files: ["static/js/core/**/*.js"],
    rules: {
      "no-restricted-globals": ["error", ...CORE_GLOBALS],
      "no-restricted-properties": [
        "error",
        ...PROPERTIES,
        { object: "Math", property: "random", message: "use crypto.getRandomValues" },
      ],
    },
  },
  {
    files: ["static/js/transport/**/*.js", "static/js/workers/service_worker.js", "static/js/admin/**/*.js"],
    rules: { "no-restricted-globals": ["error", ...OPEN_STORAGE, "event", "name"] },
  },
  {
    // main.js hands the storage over, state uses it.
    files: ["static/js/state/**/*.js", "static/js/main.js"],
    rules: { "no-restricted-globals": ["error", ...WIRE, "sessionStorage", "event", "name"] },
  },
];
