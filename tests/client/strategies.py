"""What hypothesis draws for the core: numbers, hashes, text, one change to a vault."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.vectors.vault import uuid

NUMBER = st.integers(0, 2**53 - 1)
HASH = st.binary(min_size=32, max_size=32).map(bytes.hex)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Few, so that changes meet.
FILES = [uuid(f"file {index}") for index in range(2)]
VERSIONS = [uuid(f"version {index}") for index in range(3)]

ITEMS = st.one_of(
    st.tuples(
        st.just("upload"),
        st.fixed_dictionaries(
            {
                "file": st.sampled_from(FILES),
                "generation": st.sampled_from([1, 1, 1, 2]),
                "label": HASH,
                "manifest": HASH,
                "replaces": st.sampled_from(["", *VERSIONS]),
                "version": st.sampled_from(VERSIONS),
                "wrap": HASH,
            }
        ),
    ),
    st.tuples(
        st.just("label"),
        st.fixed_dictionaries(
            {
                "action": st.sampled_from(["create", "rename", "move", "trash", "restore"]),
                "file": st.sampled_from(FILES),
                "generation": st.just(1),
                "label": HASH,
            }
        ),
    ),
    st.tuples(
        st.just("delete"),
        st.fixed_dictionaries(
            {"file": st.sampled_from(FILES), "version": st.sampled_from(["", *VERSIONS])}
        ),
    ),
)
