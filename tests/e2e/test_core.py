"""The suites of the core in real browsers: every vector, own and published, on their WebCrypto."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, BrowserContext, Route

from tests.published import FOLDER
from tests.server import ROOT

# Nothing listens there: the route below answers every request. WebCrypto needs a trusted origin.
ORIGIN = "http://localhost:18110"
TYPES = {".js": "text/javascript", ".json": "application/json", ".txt": "text/plain"}

RUN = """async ([ownNames, publishedNames]) => {
  const { Skip } = await import("/tests/js/suite/check.js");
  const { run } = await import("/tests/js/suite/run.js");
  const { argon2id } = await import("/static/vendor/hash-wasm.js");
  const bip39 = await import("/static/vendor/bip39.js");
  const fetchAll = (names) => Promise.all(names.map(async (name) =>
    [name, await (await fetch(`/tests/vectors/${name}`)).json()]));
  const codec = {
    encode: (entropy) => bip39.entropyToMnemonic(entropy, bip39.wordlist),
    decode: (words) => bip39.mnemonicToEntropy(words, bip39.wordlist),
  };
  const published = {
    text: async (name) => {
      const answer = await fetch("/published/" + name.split("/").map(encodeURIComponent).join("/"));
      if (!answer.ok) throw new Skip(`${name} is not there`);
      return answer.text();
    },
    names: async (folder) => {
      const names = publishedNames.filter((name) => name.startsWith(`${folder}/`));
      if (names.length === 0) throw new Skip(`${folder} is not there`);
      return names;
    },
  };
  return run(await fetchAll(ownNames), { argon2id, codec }, published);
}"""


def test_chromium_gives_every_verdict(chromium: Browser) -> None:
    context = chromium.new_context()
    _check(context)
    context.close()


def test_firefox_gives_every_verdict(firefox_context: BrowserContext) -> None:
    _check(firefox_context)


def _check(context: BrowserContext) -> None:
    own = _names(ROOT / "tests" / "vectors", "*/*.json")
    published = _names(FOLDER, "**/*.json")
    if os.environ.get("CI") == "true":
        assert published, f"published vectors are not at {FOLDER}"
    page = context.new_page()
    page.route(f"{ORIGIN}/**", _answer)
    page.goto(f"{ORIGIN}/")
    outcome: dict[str, Any] = page.evaluate(RUN, [own, published])
    assert outcome["failed"] == []
    assert outcome["passed"] > len(own)
    assert bool(outcome["skipped"]) == (not published)


def _names(folder: Path, pattern: str) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.glob(pattern))


def _answer(route: Route) -> None:
    path = unquote(urlsplit(route.request.url).path)
    if path == "/":
        route.fulfill(content_type="text/html", body="<!doctype html><title>core</title>")
        return
    if path.startswith("/published/"):
        file = FOLDER / path.removeprefix("/published/")
    else:
        file = ROOT / path.removeprefix("/")
    if file.is_file():
        route.fulfill(content_type=TYPES[file.suffix], body=file.read_bytes())
    else:
        route.fulfill(status=404, body="")
