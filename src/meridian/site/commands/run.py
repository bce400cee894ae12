"""`run`: has everything in place (database, schema, demo company) and serves until told to stop."""

import argparse
import json
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import django

from meridian.site.commands.environment import is_embedded, start_database, store_path
from meridian.site.commands.migrate import is_migrated, migrate
from meridian.site.supervisor import CannotServeError, ServeOptions, require_safe_interface, serve


def main(arguments: Sequence[str]) -> int:
    """Serves; 2 with a sentence when the address is not safe or the database is not as asked."""
    options = _parser().parse_args(arguments)
    serving = ServeOptions(
        state=store_path() / "run",
        host=options.host,
        port=options.port,
        tls_certificate=options.tls_cert,
        tls_key=options.tls_key,
        behind_proxy=options.behind_proxy,
        database_store=store_path() / "server" if is_embedded() else None,
    )
    try:
        require_safe_interface(serving)
    except CannotServeError as error:
        print(f"meridian: {error}")
        return 2
    embedded = is_embedded()
    is_new = embedded and not (store_path() / "server").exists()
    start_database()
    demo = import_module("meridian.site.commands.demo")
    wants_demo = options.demo or demo.is_interrupted() or (is_new and not options.no_demo)
    demo.clear_interrupted()
    if wants_demo or not is_migrated():  # else only the servers load Django: it takes as long as starting them
        django.setup()
        migrate("demo" if wants_demo else "normal")
    if wants_demo:
        code: int = demo.load_if_empty()
        if code:
            return code
    serving = ServeOptions(**{**serving.__dict__, "ready": lambda: _announce(serving)})
    return serve(serving, dict(os.environ))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="meridian run")
    parser.add_argument("--host", default="127.0.0.1", help="another interface needs --tls-cert or --behind-proxy")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--tls-cert", type=Path)
    parser.add_argument("--tls-key", type=Path)
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy on this host speaks TLS")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", help="load the demo company into an empty database")
    demo.add_argument("--no-demo", action="store_true", help="start a new store empty")
    return parser


def _announce(options: ServeOptions) -> None:
    print(f"\nMeridian 经络  {options.address}\n")
    accounts = store_path() / "secrets" / "demo_accounts.json"
    if accounts.exists():
        print(f"演示账户 demo accounts ({accounts}):")
        for person in json.loads(accounts.read_text(encoding="utf-8")):
            print(f"  {person['username']:<18} {person['password']:<16} {person['name']} · {person['role_name']}")
    print("\nCtrl-C 停止 stops everything\n", flush=True)
