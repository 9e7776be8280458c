"""No form takes a file: blocks are raw bodies that vault.api reads itself (spec §6.2)."""

from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class RefuseFiles(FileUploadHandler):
    """Refuses a file in a form at its first header.

    Stops an anonymous client from filling the disk: Django parses a multipart body, files and all,
    to look for a CSRF token in it, before anyone has signed in.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise RequestDataTooBig, which becomes a 4xx."""
        raise RequestDataTooBig("this server takes no files in forms")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:
        """Never called: new_file() has raised."""
        raise RequestDataTooBig("this server takes no files in forms")

    def file_complete(self, file_size: int) -> NoReturn:
        """Never called: new_file() has raised."""
        raise RequestDataTooBig("this server takes no files in forms")
