"""The defences of the page, and how to take them away; a browser each (docs/threat-model.md)."""

from __future__ import annotations

from tests.attacks.removals import FAST, HERE, SLOW, Edit, Removal

PAGE = "static/js"

# Run by `make test-long`.
IN_BROWSER = (
    Removal(
        "row 1 in the page: floor of the KDF",
        f"{HERE}/test_in_browser.py::test_row_01_weak_kdf_in_the_page",
        (Edit(f"{PAGE}/core/passphrase.js", "iterations >= MIN_ITERATIONS && ", ""),),
    ),
    Removal(
        "row 2 in the page: wraps held to the chain",
        f"{HERE}/test_in_browser.py::test_row_02_servers_own_dek_in_the_page[wrap alone]",
        (
            Edit(
                f"{PAGE}/core/served.js",
                "(await wrapHash(served.wrap)) !== entry.wrap || ",
                "",
            ),
        ),
    ),
    Removal(
        "row 3 in the page: files that no statement names",
        f"{HERE}/test_in_browser.py::test_row_03_04_09_listing_in_the_page[row 3, a file added]",
        (
            Edit(
                f"{PAGE}/core/served.js",
                'throw new TamperedError("tampered_unlisted", '
                '"listing: a file that no statement names");',
                "continue;",
            ),
        ),
    ),
    Removal(
        "row 4 in the page: the mark",
        f"{HERE}/test_in_browser.py::test_row_04_last_week_in_the_page",
        (
            Edit(
                f"{PAGE}/state/chain.js", "    checkMark(directory, this.#marks.read(user));\n", ""
            ),
        ),
    ),
    Removal(
        "row 9 in the page: labels held to the chain",
        f"{HERE}/test_in_browser.py::test_row_03_04_09_listing_in_the_page[row 9, labels swapped]",
        (Edit(f"{PAGE}/core/served.js", "hashes[index] !== entry.label || ", ""),),
    ),
    Removal(
        "row 12 in the page: digest and length of each block",
        f"{HERE}/test_in_browser.py::test_row_12_last_block_broken_in_the_page[last bit]",
        (
            Edit(
                f"{PAGE}/workers/content.js",
                "  await verifyBlock(manifest, digests, index, block);\n",
                "",
            ),
            Edit(
                f"{PAGE}/workers/content.js",
                "const plaintext = await openBlock(state, index, block, manifest.length, block);",
                "const plaintext = await openBlock(state, index, block, manifest.length, block)"
                ".catch(() => new Uint8Array(1));",
            ),
        ),
    ),
    Removal(
        "row 19 in the page: no redirect is followed",
        f"{HERE}/test_words_in_browser.py::test_row_19_server_that_asks_in_the_page",
        (Edit(f"{PAGE}/transport/wire.js", '{ ...init, redirect: "error" }', "init"),),
    ),
    Removal(
        "row 21 in the page: codes that are no field",
        f"{HERE}/test_words_in_browser.py::test_row_21_codes_of_the_server_in_the_page[constructor]",
        (
            Edit(
                f"{PAGE}/views/form.js",
                "Object.hasOwn(fields, code) ? fields[code] : undefined",
                "fields[code]",
            ),
        ),
    ),
    Removal(
        "row 21 in the page: safe file names",
        f"{HERE}/test_words_in_browser.py::test_row_21_names_in_the_page",
        (Edit(f"{PAGE}/state/mover.js", "name: safeFileName(name)", "name"),),
    ),
)

REMOVALS = FAST + SLOW + IN_BROWSER
