"""Render every sample of the field with the real style sheet, run axe on it and take its picture.

    python -m tests.looks.field_looks OUT [NAME …]      needs Chromium and a build of app.css

Not a test: it is for looking. Fonts: the Chinese ones of the papers, told to fontconfig.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.samples import pages as samples
from tests.test_templates import ROOT, environment

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
]  # fmt: skip
LOOKS: list[tuple[str, int, int, str, bool]] = [
    ("light", 390, 844, "light", False),
    ("dark", 390, 844, "dark", False),
    ("large", 390, 844, "light", True),
    ("tablet", 820, 1180, "light", False),
]


def fonts(folder: Path) -> None:
    import pylopdf_fonts_zh_cn as found

    assert found.__file__
    config = folder / "fonts.conf"
    (folder / "fonts").mkdir()
    shutil.copy(Path(found.__file__).parent / "NotoSansSC-Regular.otf", folder / "fonts")
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder}/fonts</dir>"
        f"<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        "<alias><family>system-ui</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        f"<cachedir>{folder}</cachedir></fontconfig>"
    )
    os.environ["FONTCONFIG_FILE"] = str(config)


class Site(http.server.SimpleHTTPRequestHandler):
    """The rendered pages; any photo or plan is a drawing."""

    def log_message(self, format: str, *args: Any) -> None: ...

    def do_GET(self) -> None:
        if self.path.startswith(("/photos/", "/plans/")):
            image = Image.new("RGB", (640, 440), "#8b97a3" if "photos" in self.path else "#f4f1e8")
            draw = ImageDraw.Draw(image)
            for left, top in ((60, 70), (330, 70), (60, 260), (330, 260)):
                draw.rectangle((left, top, left + 220, top + 130), outline="#444", width=5)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            image.save(self.wfile, "PNG")
            return
        super().do_GET()


def build(folder: Path) -> None:
    env = environment()
    css = max(
        (ROOT / "webapp/static/build").glob("app-*.css"), key=lambda file: file.stat().st_mtime
    )
    shutil.copy(os.environ.get("APP_CSS", css), folder / "app.css")
    (folder / "app.js").write_text("")
    shutil.copy(ROOT / "node_modules/axe-core/axe.min.js", folder / "axe.js")
    for large in (False, True):
        for name, _, context in samples.pages():
            context["local"]["large"] = large
            html = env.get_template("layout/field.html").render(context)
            # The elements' scripts are not here: say that they are.
            defined = '<script type="module" src="/defined.js"></script>'
            file = folder / f"{name}{'-large' if large else ''}.html"
            file.write_text(html.replace("</head>", f"{defined}</head>"))
    tags = ["photo-field", "place-pin", "risk-map", "signature-field", "hand-over", "self-test"]
    lines = [f"customElements.define('{tag}', class extends HTMLElement {{}});" for tag in tags]
    lines.append("for (const b of document.querySelectorAll('[data-open]')) b.hidden = false;")
    (folder / "defined.js").write_text("\n".join(lines))


def main(out: Path, wanted: list[str]) -> int:
    from playwright.sync_api import sync_playwright

    folder = Path(tempfile.mkdtemp())
    fonts(folder)
    build(folder)
    handler = functools.partial(Site, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    out.mkdir(parents=True, exist_ok=True)
    faults = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for look, width, height, scheme, large in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                has_touch=True,  # type: ignore[arg-type]
            )
            page = context.new_page()
            for name, _, _ in samples.pages():
                if wanted and name not in wanted:
                    continue
                suffix = "-large" if large else ""
                page.goto(f"http://127.0.0.1:{server.server_port}/{name}{suffix}.html")
                page.add_script_tag(path=str(folder / "axe.js"))
                rules = "{resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}"
                found = page.evaluate(f"axe.run(document, {rules}).then(r => r.violations)")
                overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                for one in found:
                    for node in one["nodes"]:
                        faults += 1
                        print(
                            look,
                            name,
                            one["id"],
                            node["target"],
                            node["failureSummary"][:160].replace("\n", " "),
                        )
                if overflow > 0:
                    faults += 1
                    print(look, name, "wider than the screen by", overflow)
                page.screenshot(path=out / f"{name}.{look}.png")
                tall = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": max(height, tall)})
                page.screenshot(path=out / f"{name}.{look}.full.png")
                page.set_viewport_size({"width": width, "height": height})
            context.close()
        browser.close()
    server.shutdown()
    shutil.rmtree(folder)
    return faults


if __name__ == "__main__":
    print("faults:", main(Path(sys.argv[1]), sys.argv[2:]))
