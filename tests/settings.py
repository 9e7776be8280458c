"""The settings under test: config.settings on a throw-away data folder, without ./data."""

import os
import tempfile
from pathlib import Path

# Loaded before any conftest, so this is the one place early enough to keep tests off ./data.
for _name in [name for name in os.environ if name.startswith("COFFER_")]:
    # The database (a second run on PostgreSQL) and the published vectors are chosen by the caller.
    if _name not in ("COFFER_DATABASE_URL", "COFFER_VECTORS"):
        del os.environ[_name]
os.environ["COFFER_DATA"] = tempfile.mkdtemp(prefix="coffer-test-")
os.environ["COFFER_STATIC_ROOT"] = f"{os.environ['COFFER_DATA']}/static"
Path(os.environ["COFFER_STATIC_ROOT"]).mkdir()

from config.settings import *  # noqa: E402, F403 - the environment comes first
from config.settings import STORAGES  # noqa: E402

# Hashed names need collectstatic; the real server of tests/server.py has them.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
