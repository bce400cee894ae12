"""Addresses of parameters."""

from django.urls import path

from meridian.parameters.pages.settings import settings

urlpatterns = [path("settings/", settings, name="settings")]
