"""`backup`: copies database, attachments, heads and public keys into one signed archive."""

import argparse
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from meridian.site.commands.environment import open_database, store_path
from meridian.site.progress import Progress

_NOT_INSIDE = """
Not in the archive, on purpose: the private keys. Copy {keys} to another, safe place, once:
without seal.ed25519 a restored store signs under a new key; without personal.master nobody can read its personal data.
私钥不在备份中：请将 {keys} 另行复制并妥善保管；缺少 personal.master，恢复后的个人信息无法解密。"""


def main(arguments: Sequence[str]) -> int:
    """Makes one backup and says where it lies and what is not in it; 1 with a sentence when it could not be made."""
    parser = argparse.ArgumentParser(prog="meridian backup")
    parser.add_argument("--to", type=Path, help="directory for the archive (else `backups` beside the store)")
    options = parser.parse_args(arguments)
    open_database()
    backup = import_module("meridian.site.backup")  # imports models, so only once Django is loaded
    store = store_path()
    try:
        with Progress() as tell:
            made = backup.make_backup(
                os.environ["DATABASE_OWNER_URL"], store, options.to or store.parent / "backups", tell
            )
    except (backup.BackupError, OSError) as error:
        print(f"meridian: {error}")
        return 1
    manifest = made.manifest
    print(f"{made.path}  {made.path.stat().st_size / 1e6:.1f} MB")
    print(f"{sum(manifest.counts.values())} rows of {len(manifest.counts)} tables, {len(manifest.heads)} logs, "
          f"manifest {manifest.digest}, signed by key {manifest.key_id}")  # fmt: skip
    print(_NOT_INSIDE.format(keys=store / "keys"))
    return 0
