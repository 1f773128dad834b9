"""A checkout of another build, that a test's server runs from: the next one, or a broken one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import build_browser

ROOT = build_browser.ROOT
Change = tuple[str, str, str]  # file, what stands there, what is to stand there


def checkout(home: Path, *changes: Change) -> Path:
    """Our sources with these changes, the browser's parts built anew from them."""
    ignored = shutil.ignore_patterns("build", "__pycache__")
    for part in ("webapp", "sync"):
        shutil.copytree(ROOT / part, home / part, ignore=ignored)
    for file in ("build.mjs", "package.json", "package-lock.json"):
        shutil.copy(ROOT / file, home / file)
    (home / "node_modules").symlink_to(ROOT / "node_modules")
    for name, before, after in changes:
        text = (home / name).read_text()
        assert text.count(before) == 1, f"{name} says it no more, or twice: {before}"
        (home / name).write_text(text.replace(before, after))
    built = [str(build_browser.node()), "build.mjs"]
    subprocess.run(built, cwd=home, check=True, stdout=subprocess.DEVNULL)
    return home
