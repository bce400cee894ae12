"""The file of a print as an answer to a browser or a client of the API."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from meridian.labels.printing import Printed
from meridian.labels.rendering import MEDIA_TYPES
from meridian.labels.vocabulary import FileFormat


def file_response(printed: Printed) -> HttpResponse:
    """The file as an answer: shown by a browser where it can, never kept."""
    response = HttpResponse(printed.content, content_type=MEDIA_TYPES[printed.file_format])
    is_data = printed.file_format == FileFormat.ZPL
    response["Content-Disposition"] = content_disposition_header(is_data, printed.name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Location"] = f"/api/v1/labels/label-jobs/{printed.outcome.document_id}"
    return response


def trial_response(content: bytes, file_format: FileFormat) -> HttpResponse:
    """The file of a test label."""
    response = HttpResponse(content, content_type=MEDIA_TYPES[file_format])
    is_data = file_format == FileFormat.ZPL
    response["Content-Disposition"] = content_disposition_header(is_data, f"test.{file_format}") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
