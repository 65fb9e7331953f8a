"""Frames in a file instead of a topic: what `seismo init` and `seismo features rank` read."""
from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Union

from seismo_capture import wire
from seismo_capture.client import CaptureClient, Options, Source
from seismo_capture.sink import Done, Headers

EXTENSION = ".frames"

_LOG = logging.getLogger("seismo_capture")


class FileSink:
    """Writes records one behind the other, each behind its length as a varint.

    What is written lies beside the file until it is whole: a file that is there has every record.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self._path = Path(path)
        if self._path.suffix != EXTENSION:
            raise ValueError(f"{self._path}: Seismo knows captured requests by the ending {EXTENSION}")
        self._draft = self._path.with_name(self._path.name + ".part")
        self._file = self._draft.open("wb")
        self._whole = True

    def partitions(self) -> int:
        """A file has one order, whatever the lane."""
        return 1

    def send(self, partition: int, value: bytes, headers: Headers, done: Done) -> None:
        try:
            self._file.write(wire.varint(len(value)) + value)
        except OSError:
            self._whole = False
            raise
        done(None)

    def poll(self, seconds: float) -> None:
        """Nothing waits."""

    def flush(self, seconds: float) -> int:
        self._file.flush()
        return 0

    def close(self) -> None:
        try:
            self._file.close()
        except OSError:
            self._whole = False
        if self._whole:
            self._draft.replace(self._path)
        else:
            self._draft.unlink()
            _LOG.error("%s was not written: a record of it failed", self._path)


def to_file(path: Union[str, "os.PathLike[str]"], source: Source, *, options: Options = Options(policy="block")) -> CaptureClient:
    """A client that writes its frames to a file, to look at before anything is served.

    The file is there once the client is closed. Nobody is served meanwhile, so it waits rather than drops. Raises
    ValueError for another ending than `.frames`, and OSError where no file can be.
    """
    return CaptureClient(FileSink(path), source, options, partitions=source.lanes)
