"""The pages of people: their templates."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "meridian.site.people"
    label = "people"
