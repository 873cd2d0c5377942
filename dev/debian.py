"""Debian packages: unpacked into the cache (Odoo), or installed where root may."""

import os
import re
import shutil
from collections import namedtuple
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.build import file_sha256, locked, sync_folder
from dev.paths import DOWNLOADS
from dev.process import environment, run
from dev.say import Refusal, say, step

# series: what the version of a newer build has to start with to be taken instead
Package = namedtuple("Package", "name suite version sha256 series", defaults=[""])

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def fetch(packages):
    """Return the .deb files of the packages, downloading what is not there yet."""
    stored = list(map(_stored, packages))
    if not all(deb.exists() for deb in stored):
        with locked("downloads"):
            missing = [package for package in packages if not _stored(package).exists()]
            if missing:
                with step(f"Downloading {len(missing)} Debian packages"):
                    _download(missing)
    return stored


def _stored(package):
    return DOWNLOADS / f"{package.name}_{package.sha256[:12]}.deb"


def _download(packages):
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=DOWNLOADS, prefix=".apt-") as folder:
        apt = PrivateApt(Path(folder), {package.suite for package in packages})
        for package, deb in apt.download(packages):
            deb.rename(_stored(package))
    sync_folder(DOWNLOADS)


class PrivateApt:
    """apt with sources and lists of its own: works as a plain user too."""

    def __init__(self, folder, suites):
        self.folder = folder
        (folder / "lists/partial").mkdir(parents=True)
        (folder / "cache/archives/partial").mkdir(parents=True)
        sources = folder / "sources.list"
        mirror = self._mirror()
        sources.write_text(
            "".join(
                f"deb [signed-by={KEYRING}] {mirror} {suite} main\n"
                for suite in sorted(suites)
            )
        )
        self.options = [
            *self._folders(),
            "-oDir::Etc::sourceparts=-",
            f"-oDir::Etc::sourcelist={sources}",
        ]
        self._apt("update")

    def download(self, packages):
        """Fetch the pinned builds, or the newest of a series where its build has gone.

        apt itself checks what it fetches against the signed lists of the archive.

        :return: pairs of package and file
        """
        pins = [f"{package.name}={package.version}" for package in packages]
        try:
            self._apt("download", *pins)
        except Refusal:
            for package, pin in zip(packages, pins, strict=True):
                self._download_any(package, pin)
        found = [(package, self._file(package)) for package in packages]
        for package, deb in found:
            self._check(package, deb)
        return found

    def _download_any(self, package, pin):
        try:
            self._apt("download", pin)
        except Refusal:
            say(f"  {package.name} {package.version} has gone, taking the newest")
            self._apt("download", f"{package.name}/{package.suite}")

    def _file(self, package):
        (deb,) = self.folder.glob(f"{package.name}_*.deb")
        return deb

    def _check(self, package, deb):
        version = run("dpkg-deb", "-f", deb, "Version").strip()
        if version == package.version:
            if file_sha256(deb) != package.sha256:
                raise Refusal(f"{deb.name}: checksum differs from the pinned one")
        elif not version.startswith(package.series):
            raise Refusal(f"{package.name} {version} is no {package.series}")
        else:
            say(f"  {package.name}: using {version}, not the pinned build")

    def _mirror(self):
        """The address of the machine's own Debian mirror."""
        query = ["indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(RELEASE)"]
        query.append("Created-By: Packages")
        known = run("apt-get", *query)
        if "Debian" not in known:  # apt-get update has never run on this machine
            run("apt-get", *self._folders(), "update", cwd=self.folder)
            known = run("apt-get", *self._folders(), *query)
        for line in known.splitlines():
            found = re.fullmatch(r"(\S+) Debian ([a-z]+)", line.strip())
            if found and "security" not in found[1]:
                return found[1]
        raise Refusal(
            "no Debian mirror is configured here; set ODOO_HOME to an Odoo 19 tree"
        )

    def _folders(self):
        sandbox = ["-oAPT::Sandbox::User=root"] if os.geteuid() == 0 else []
        return [
            f"-oDir::State::lists={self.folder}/lists",
            f"-oDir::Cache={self.folder}/cache",
            "-oAcquire::Languages=none",
            *sandbox,
        ]

    def _apt(self, *arguments):
        return run("apt-get", "-q", *self.options, *arguments, cwd=self.folder)


def ensure_installed(wanted, purpose):
    """Install the packages of `wanted` (program or file -> package) that are missing.

    A plain user is told what to ask for, and goes on without.

    :return: the packages that are still missing
    """
    missing = [name for sign, name in wanted.items() if not _present(sign)]
    if missing and os.geteuid():
        names = " ".join(missing)
        say(f"! Missing for {purpose}; ask root for: apt-get install {names}")
    elif missing:
        _install(missing, purpose)
        missing = []
    return missing


def _install(packages, purpose):
    with locked("apt"), step(f"Installing {' '.join(packages)} for {purpose}"):
        env = environment(DEBIAN_FRONTEND="noninteractive")
        run("apt-get", "-q", "update", env=env)
        run("apt-get", "-qy", "install", "--no-install-recommends", *packages, env=env)


def _present(sign):
    return os.path.exists(sign) if sign.startswith("/") else shutil.which(sign)
