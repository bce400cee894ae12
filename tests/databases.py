"""Databases of the run's own server, each made from the one migrated template."""

import psycopg

from meridian.site import postgres

TEMPLATE = "meridian_template"


def new_database(urls: postgres.Urls, name: str) -> postgres.Urls:
    """A store of its own, empty but migrated."""
    with psycopg.connect(urls.superuser, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" OWNER meridian_owner')
        admin.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        admin.execute(f'GRANT CONNECT ON DATABASE "{name}" TO meridian_app, meridian_seal')
    return urls.in_database(name)
