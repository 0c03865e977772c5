"""What all tests share."""

import importlib
import os
from typing import Any

import pytest

#: Packages that must be there, as in continuous integration: KINDRED_REQUIRE=torch,jax,mlx
REQUIRED = [name for name in os.environ.get("KINDRED_REQUIRE", "").split(",") if name]


def needs(name: str, module: str) -> Any:
    """A module, or the end of a file of tests if its package is not installed and need not be."""
    return importlib.import_module(module) if name in REQUIRED else pytest.importorskip(module)
