"""One process of a race: two threads deliver the same operations, each in an order of its own.

python -m tests.sync.race FOLDER SEED    operations in, one a line; then receipts out, one a line
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path

from tests.sync.site import Site, deliver
from webapp import db


def runner(site: Site, bodies: list[bytes], seed: int, said: list[str]) -> None:
    random.Random(seed).shuffle(bodies)
    with site.app().app_context():
        said += [deliver(body).answer.decode() for body in bodies]
    db.drop_connection()


def main() -> None:
    site = Site(Path(sys.argv[1]), "", "", {})
    bodies = [line.encode() for line in sys.stdin.read().splitlines()]
    said: list[str] = []
    threads = [
        threading.Thread(target=runner, args=(site, bodies[:], int(sys.argv[2]) + n, said))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(said))


if __name__ == "__main__":
    main()
