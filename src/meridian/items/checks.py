"""The rows of loaded catalogues recomputed for `verify`: their number and digest as their snapshots keep them."""

from collections.abc import Iterator

from meridian.evidence.checks import Fault, Problem, register_derived_check
from meridian.kernel.sql import fetch

NAMED_AT_MOST = 100

_HASH = """encode(sha256(convert_to(coalesce(string_agg(
  concat_ws('|', p.di, p.product_name, p.model, p.registrant_name, p.registration_no, p.published_on), E'\\n'
  ORDER BY p.di COLLATE "C"), ''), 'UTF8')), 'hex')"""
DIGEST = f"SELECT count(*), {_HASH} FROM items_published_identifier p WHERE p.snapshot_id = %s AND p.company_id = %s"
_DIFFERING = f"""
SELECT s.id::text, s.number FROM items_catalogue_snapshot s
LEFT JOIN items_published_identifier p ON p.snapshot_id = s.id AND p.company_id = s.company_id
WHERE s.state = 'loaded' GROUP BY s.id, s.number, s.entry_count, s.entries_digest
HAVING (count(p.id), {_HASH}) <> (s.entry_count::bigint, s.entries_digest) ORDER BY 1 LIMIT %s
"""


def check_catalogues() -> Iterator[Problem]:
    """One problem for each snapshot whose rows are not those that were loaded."""
    for key, number in fetch(_DIFFERING, [NAMED_AT_MOST]):
        detail = f"the identifiers of {number} are not those of its file"
        yield Problem(Fault.DERIVED, "items_published_identifier", key, None, detail)


def register_checks() -> None:
    """Has `verify` ask these checks."""
    register_derived_check("published identifiers", check_catalogues)
