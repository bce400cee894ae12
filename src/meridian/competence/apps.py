"""The module as a Django application."""

from django.apps import AppConfig


class CompetenceConfig(AppConfig):
    name = "meridian.competence"
    label = "competence"
