"""Static files under hashed names, ES module imports rewritten, compressed once at build time."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Django's manifest storage with `import … from "./x.js";` rewritten to the hashed names."""

    # Imports must end in a semicolon: without one Django leaves the unhashed name in place.
    support_js_module_import_aggregation = True
    # A name is settled one layer of imports a pass; Django's five passes suit style sheets. A cycle
    # still ends in an error.
    max_post_process_passes = 20
    # One pass a level of imports; an import cycle never settles and ends here as an error.
    max_post_process_passes = 40
