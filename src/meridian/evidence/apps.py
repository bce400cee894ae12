"""The evidence floor as a Django application."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "meridian.evidence"
    label = "evidence"
    verbose_name = "证据"
