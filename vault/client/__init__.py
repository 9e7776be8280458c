"""Coffer's Python client: the mirror image of static/js/core, and what talks to a server."""
