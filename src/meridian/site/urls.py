"""All addresses of the site. The derived pages come last: they match any `/<module>/<slug>/`."""

from django.urls import URLPattern, URLResolver, include, path

from meridian.site.workbench.pages import workbench

urlpatterns: list[URLPattern | URLResolver] = [
    path("", workbench, name="home"),
    path("", include("meridian.site.entrance.urls")),
    path("api/", include("meridian.platform.endpoints.urls")),
    path("styleguide/", include("meridian.site.styleguide.urls")),
    path("", include("meridian.site.operations.urls")),
    path("", include("meridian.site.people.urls")),
    path("", include("meridian.site.helping.urls")),
    path("", include("meridian.site.record_urls")),
    path("", include("meridian.parameters.pages.urls")),
    path("", include("meridian.inventory.pages.urls")),
    path("", include("meridian.ledger.pages.urls")),
    path("", include("meridian.exchange.pages.urls")),
    path("", include("meridian.workspace.pages.urls")),
    path("", include("meridian.scanning.pages.urls")),
    path("", include("meridian.labels.pages.urls")),
    path("", include("meridian.warehouse.pages.urls")),
    path("", include("meridian.purchasing.pages.urls")),
    path("", include("meridian.platform.screens.urls")),
]

handler404 = "meridian.platform.screens.derive.failures.not_found"
handler500 = "meridian.platform.screens.derive.failures.server_error"
