"""A Handcart reduced to its embedded PostgreSQL: says where it is, and holds it until its standard input closes.

    python holder.py FOLDER [main | thread]

Started from a thread, PostgreSQL is not told when this process is killed, so a kill leaves it behind.
"""

import json
import sys
import threading
from pathlib import Path

from handcart.processes.embedded_postgres import EmbeddedPostgres, start_embedded
from handcart.processes.refusals import CannotRun


def start(folder: Path, where: str) -> EmbeddedPostgres:
    if where == "main":
        return start_embedded(folder)
    started: list[EmbeddedPostgres] = []
    thread = threading.Thread(target=lambda: started.append(start_embedded(folder)))
    thread.start()
    thread.join()
    return started[0]


def say(**words: str) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main() -> int:
    try:
        postgres = start(Path(sys.argv[1]), *(sys.argv[2:] or ["main"]))
    except CannotRun as refusal:
        say(refusal=str(refusal))
        return 1
    say(url=postgres.url)
    sys.stdin.read()
    postgres.stop()
    return 0


sys.exit(main())
