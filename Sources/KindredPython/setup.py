"""Puts the shared library into the package, and says in the wheel's name which systems it is for.

The library is built with the installed Swift, or is the one that the variable KINDRED_LIBRARY names.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build" / "python"
NAME = "libkindred-c.dylib" if sys.platform == "darwin" else "libkindred-c.so"


def library() -> Path:
    """The shared library, built if need be."""
    prebuilt = os.environ.get("KINDRED_LIBRARY")
    if prebuilt:
        return Path(prebuilt)
    if shutil.which("swift") is None:
        sys.exit("Kindred is built with Swift, and there is no 'swift' on the path: https://www.swift.org/install")
    if sys.platform == "darwin":
        command = ["swift", "build", "-c", "release", "--product", "kindred-c", "--package-path", str(ROOT)]
        subprocess.run(command, check=True)
        folder = subprocess.run([*command, "--show-bin-path"], check=True, stdout=subprocess.PIPE, text=True).stdout
        return Path(folder.strip()) / NAME
    subprocess.run([str(ROOT / "Sources/CKindred/library.sh"), str(BUILT)], check=True)
    return BUILT / NAME


def platform_tag(path: Path) -> str:
    """The systems on which a library can be loaded: macOS 15, or Linux with the C library that its symbols ask for."""
    if sys.platform == "darwin":
        return f"macosx_15_0_{platform.machine()}"
    minor = max(int(version) for version in re.findall(rb"\0GLIBC_2\.(\d+)", path.read_bytes()))
    return f"manylinux_2_{minor}_{platform.machine()}"


class Build(build_py):
    """The modules, and the library beside them."""

    def run(self) -> None:
        folder = Path(self.build_lib) / "kindred"
        shutil.rmtree(folder, ignore_errors=True)
        super().run()
        shutil.copyfile(library(), folder / NAME)


class Wheel(bdist_wheel):
    """A wheel of one system and of every Python."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> "tuple[str, str, str]":
        return "py3", "none", platform_tag(Path(self.get_finalized_command("build_py").build_lib) / "kindred" / NAME)


BUILT.mkdir(parents=True, exist_ok=True)
version = re.search(r'version: StaticString = "(.+)"', (ROOT / "Sources/Distillation/Core/Version.swift").read_text())
if version is None:
    sys.exit("Sources/Distillation/Core/Version.swift does not say the version in the way that setup.py reads")
setup(
    version=version[1],
    cmdclass={"build_py": Build, "bdist_wheel": Wheel},
    options={"build": {"build_base": str(BUILT / "build")}, "egg_info": {"egg_base": str(BUILT)}},
)
