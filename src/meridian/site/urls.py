"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("meridian.platform.entrance.urls")),
    path("api/", include("meridian.platform.endpoints.urls")),
]
