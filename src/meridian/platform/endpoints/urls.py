"""Addresses of the API, under `/api/`."""

from django.urls import path

from meridian.platform.endpoints.application import build

api = build()
urlpatterns = [path("", api.urls)]
