"""`python -m vault.client`: the command-line client."""

import sys

from vault.client.cli import main

sys.exit(main())
