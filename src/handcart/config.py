"""What an operator can choose. Each choice is a flag of the command line or a variable HANDCART_…; a flag wins."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

LOG_LEVELS = ("debug", "info", "warning", "error")


def default_data_folder() -> Path:
    """Where this platform keeps a user's data, so that the same command finds the same carts from any folder."""
    named = os.environ.get("XDG_DATA_HOME", "")
    if named.startswith("/"):  # a relative one is to be ignored, says the specification of XDG
        return Path(named) / "handcart"
    try:
        home = Path.home()
    except RuntimeError:  # a container's user without a home
        return Path(".handcart")
    return home / ("Library/Application Support" if sys.platform == "darwin" else ".local/share") / "handcart"


@dataclass(frozen=True, kw_only=True)
class Config:
    """One Handcart: where it listens, where its data lies, how much it does at once."""

    host: str = "127.0.0.1"
    port: int = 8000  # 0: any free one
    data_folder: Path
    database_url: str | None = None  # None: the embedded PostgreSQL, in data_folder
    server_processes: int = 1
    run_worker: bool = True
    load_files: tuple[Path, ...] = ()
    connections: int = 10  # to the database, per process
    password_threads: int = 2  # argon2 hashes at once, per process; each takes a core and its memory
    listeners: int = 1000  # live streams at once, per process
    trusted_proxies: tuple[str, ...] = ()  # whose X-Forwarded-* are believed: addresses, networks, or *
    log_level: str = "info"
    json: bool = False  # for machines: one JSON object per line

    @property
    def connections_max(self) -> int:
        """What all processes together may hold, the worker and somebody looking in included."""
        return self.server_processes * (self.connections + 2) + 20
