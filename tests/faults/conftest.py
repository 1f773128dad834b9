from __future__ import annotations

from tests.e2e.conftest import browser, context, demo_data, page, proxy, server

__all__ = ["browser", "context", "demo_data", "page", "proxy", "server"]
