"""Debian's packages: the pinned build, or a newer one of the series with a notice."""

import subprocess

import pytest

from dev import debian
from dev.build import file_sha256
from dev.debian import Package, PrivateApt
from dev.say import Refusal


@pytest.fixture
def make_deb(tmp_path):
    """Return a function that makes a small package."""

    def make(version, name="odoo-19"):
        root = tmp_path / f"{name}-{version}"
        (root / "DEBIAN").mkdir(parents=True)
        (root / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: all\n"
            "Maintainer: Nobody <nobody@example.com>\nDescription: test\n"
        )
        deb = tmp_path / f"archive/{name}_{version}_all.deb"
        deb.parent.mkdir(exist_ok=True)
        command = ["dpkg-deb", "--root-owner-group", "-b", root, deb]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return deb

    return make


@pytest.fixture
def apt(monkeypatch, tmp_path):
    """Return an apt whose archive holds what `make_deb` has made."""
    monkeypatch.setattr(PrivateApt, "__init__", lambda self: None)

    def run(_self, _command, *wanted):
        for want in wanted:
            name, _, version = want.replace("/", "=").partition("=")
            pattern = f"{name}_{version if '=' in want else '*'}_all.deb"
            found = sorted(tmp_path.glob(f"archive/{pattern}"))
            if not found:
                raise Refusal(f"no {want}")
            found[-1].rename(tmp_path / found[-1].name)

    monkeypatch.setattr(PrivateApt, "_apt", run)
    apt = PrivateApt()
    apt.folder = tmp_path
    return apt


def package(version, deb=None):
    sha256 = file_sha256(deb) if deb else "0" * 64
    return Package("odoo-19", "sid", version, sha256, "19.0.")


def test_pinned_build(apt, make_deb):
    pin = package("19.0.0-1", make_deb("19.0.0-1"))
    [(found, deb)] = apt.download([pin])
    assert (found, deb.name) == (pin, "odoo-19_19.0.0-1_all.deb")


def test_changed_build_is_refused(apt, make_deb):
    make_deb("19.0.0-1")
    with pytest.raises(Refusal, match="checksum"):
        apt.download([package("19.0.0-1")])


def test_newer_build_where_the_pinned_one_has_gone(apt, make_deb, capsys):
    make_deb("19.0.0-2")
    [(_package, deb)] = apt.download([package("19.0.0-1")])
    assert deb.name == "odoo-19_19.0.0-2_all.deb"
    assert "using 19.0.0-2" in capsys.readouterr().err


def test_other_series_is_refused(apt, make_deb):
    make_deb("20.0.0-1")
    with pytest.raises(Refusal, match="20.0.0-1"):
        apt.download([package("19.0.0-1")])


def test_plain_user_is_told_and_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    wanted = {"no-such-program": "nice-package", "sh": "dash"}
    assert debian.ensure_installed(wanted, "a test") == ["nice-package"]
    assert "apt-get install nice-package" in capsys.readouterr().err
