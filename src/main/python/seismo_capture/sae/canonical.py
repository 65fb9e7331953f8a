"""What `seismo sae import` wrote: `seismo-sae.json`, `weights.bin`, perhaps the user's own file, read where it lies.

The manifest is sealed and names the digest of every file; a manifest that was changed, or a file that is another one, is
refused. See `schemas/sae.schema.json`.
"""
from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, Mapping

import numpy as np

from seismo_capture.sae.weights import Array, Sae, digest_of
from seismo_capture.unsupported import Unsupported

MANIFEST = "seismo-sae.json"
_DATA = "weights.bin"
_SEAL = re.compile(r',"seal":"([0-9a-f]{64})"\}$')
_OUTSIDE = re.compile(r'"(?:[^"\\]|\\.)*"|\s+')
_LARGEST = 1 << 24


def load(folder: Path) -> Sae:
    """Reads one, and holds every file of it against its digest."""
    return _Opened(folder).sae()


def unsealed(name: str, text: str) -> Mapping[str, Any]:
    """The document, whose seal is SHA-256 over itself without the seal, as JSON without a space."""
    compact = _OUTSIDE.sub(lambda found: found[0] if found[0][0] == '"' else "", text)
    sealed = _SEAL.search(compact)
    try:
        root = json.loads(text)
    except ValueError as failure:
        raise ValueError(f"{name} is no JSON: {failure}") from None
    if not isinstance(root, dict) or root.get("seismo_sae") != 1:
        raise Unsupported(f"{name} is of format {root.get('seismo_sae') if isinstance(root, dict) else None}, this version reads 1")
    rest = compact[:sealed.start()] + "}" if sealed else ""
    if not sealed or hashlib.sha256(rest.encode("utf-8")).hexdigest() != sealed[1]:
        raise ValueError(f"{name} was changed after the import, its seal does not fit; import the SAE again")
    return root


class _Opened:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = unsealed(str(folder / MANIFEST), (folder / MANIFEST).read_text("utf-8"))
        self._files: Dict[str, Path] = {_DATA: folder / _DATA, "source": Path(self._root["source"]["weights"]["path"])}

    def sae(self) -> Sae:
        root = self._root
        self._require_digest(_DATA, root["data"])
        if any(stored["file"] == "source" for stored in root["tensors"].values()):
            self._require_digest("source", root["source"]["weights"])
        activation, d_in, d_sae = root["activation"], self._size("d_in"), self._size("d_sae")
        source = root["source"]
        return Sae(
            str(self._folder), self._tensor("W", d_in, d_sae), self._tensor("c", d_sae), root["norm"], activation["function"],
            self._tensor("theta", d_sae) if activation["function"] == "jumprelu" else None, activation.get("k", 0),
            digest_of(source["weights"]["sha256"], source.get("config", {}).get("sha256", "")), root["hook"], root["model"])

    def _size(self, name: str) -> int:
        size = self._root[name]
        if type(size) is not int or not 1 <= size <= _LARGEST:
            raise ValueError(f"{self._folder / MANIFEST}: {name} is {size!r}")
        return size

    def _require_digest(self, file: str, stated: Mapping[str, Any]) -> None:
        path, digest = self._files[file], hashlib.sha256()
        try:
            with path.open("rb") as opened:
                for part in iter(lambda: opened.read(1 << 24), b""):
                    digest.update(part)
        except FileNotFoundError:
            raise ValueError(f"no file {path}, which {self._folder} reads; put it back, or import the SAE again with --copy") from None
        if path.stat().st_size != stated["bytes"] or digest.hexdigest() != stated["sha256"]:
            raise ValueError(f"{path} is not the file that was imported to {self._folder}; import the SAE again")

    def _tensor(self, name: str, *shape: int) -> Array:
        stored = self._root["tensors"].get(name)
        if stored is None or stored["dtype"] != "F32" or stored["shape"] != list(shape) or stored["offset"] < 0:
            raise ValueError(f"{self._folder / MANIFEST}: {name} is {stored}, not F32 {list(shape)}")
        count = int(np.prod(shape))
        values = np.fromfile(self._files[stored["file"]], "<f4", count, offset=stored["offset"])
        if len(values) != count:
            raise ValueError(f"{self._folder}: {name} reaches beyond its file")
        return values.reshape(shape)
