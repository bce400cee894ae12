"""Addresses of derived pages: `/<module>/<slug>/…`, and nothing that is not a document type of the site."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404

from meridian.kernel.registry import AnyDocumentType, registry


def type_at(module: str, slug: str) -> AnyDocumentType:
    """The document type of an address; raises Http404 for any other."""
    declared = registry.type_by_slug(module, slug)
    if declared is None:
        raise Http404("no document type at this address")
    return declared


def list_url(declared: AnyDocumentType, **query: str) -> str:
    """The list of a type, with filters."""
    base = f"/{declared.module}/{declared.slug}/"
    return f"{base}?{urlencode(query)}" if query else base


def new_url(declared: AnyDocumentType) -> str:
    """The empty form of a type."""
    return f"/{declared.module}/{declared.slug}/new"


def page_url(declared: AnyDocumentType, document_id: UUID) -> str:
    """One record."""
    return f"/{declared.module}/{declared.slug}/{document_id}/"


def step_url(declared: AnyDocumentType, document_id: UUID, step: str) -> str:
    """A transition, or one of edit, trail, bundle, print/<name>."""
    return f"{page_url(declared, document_id)}{step}"


def rule_url(code: str) -> str:
    """The page of a rule by its token."""
    return f"/rules/{code}"


def lifecycle_url(declared: AnyDocumentType) -> str:
    """The lifecycle of a type."""
    return f"/lifecycle/{declared.code}"
