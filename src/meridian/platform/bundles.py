"""The evidence bundle of a record as a download, the same from a page and from the API."""

from django.conf import settings
from django.http import HttpResponse

from meridian.evidence.bundle import Attachment, bundle
from meridian.kernel.context import Actor
from meridian.kernel.models import Document
from meridian.kernel.permission import Grants
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments.keeping import attachments_of


def bundle_response(declared: AnyDocumentType, document: Document, actor: Actor, grants: Grants) -> HttpResponse:
    """The bundle of a document this actor may read; fields they may not see travel as hashes."""
    hidden = frozenset(name for name, right in declared.secret.items() if not grants.allows(right))
    listed = [
        Attachment(str(file.pk), file.name, file.size, file.sha256, is_withdrawn=file.withdrawn_at is not None)
        for file in attachments_of(document.pk)
    ]
    made = bundle(declared, document, store=settings.STORE, exported_by=actor.name, hidden=hidden, attachments=listed)
    response = HttpResponse(made.data, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
