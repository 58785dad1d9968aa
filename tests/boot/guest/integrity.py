"""The whole database, page by page, as SQLite checks it; the booth goes on meanwhile."""

from __future__ import annotations

import subprocess
import sys

from appliance.store.database import Database

SEALED = "/var/lib/kabil-key/dbkey.cred"


def main() -> None:
    """One line: "ok", or what is wrong."""
    unsealing = ["systemd-creds", "decrypt", "--name=dbkey", SEALED, "-"]
    key = subprocess.run(unsealing, check=True, capture_output=True).stdout.strip()
    database = Database("/var/lib/kabil/kabil.db", key)
    database.connect()
    sys.stdout.write(f"{database.sql('pragma integrity_check')[0][0]}\n")
    database.close()


if __name__ == "__main__":
    main()
