"""Folders that are there whole or not at all, and hashes to name them by."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from dev.paths import LOCKS
from dev.say import say, step


@contextmanager
def locked(name):
    """Hold the lock `name` among all processes of this cache.

    The kernel drops it when the holder dies, so a killed run never blocks the next.
    """
    LOCKS.mkdir(parents=True, exist_ok=True)
    with open(LOCKS / name, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  waiting for another run ({name})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def built(target, build, label):
    """Return the folder `target`, made by `build(folder)` first if it is missing.

    It is made under a temporary name beside and renamed once it is on the disk: killed
    at any moment, the next call finds either the whole folder or none and starts anew.
    """
    if target.exists():
        return target
    with locked(f"build-{target.name}"):
        if not target.exists():
            with step(label):
                _build_beside(target, build)
    return target


def _build_beside(target, build):
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.name}."
    for leftover in target.parent.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    staging = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    staging.chmod(0o755)
    build(staging)
    os.sync()
    staging.rename(target)
    sync_folder(target.parent)


def sync_folder(folder):
    """Write a folder's entries to the disk, so that a rename in it survives a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path, text):
    """Write a small file so that a reader sees the old or the new text, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.write_text(text)
    staging.rename(path)


def digest(*parts):
    """Short name for strings, bytes and the contents of files (paths)."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data.encode() if isinstance(data, str) else data
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def file_sha256(path):
    """The full checksum of a file, read in blocks."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
