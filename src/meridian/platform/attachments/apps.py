"""The attachments application."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "meridian.platform.attachments"
    label = "attachments"
