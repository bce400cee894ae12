"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from meridian.site.settings import SOURCE

urlpatterns: list[URLPattern | URLResolver] = []
for prefix, module in (
    ("", "meridian.platform.accounts.urls"),
    ("api/", "meridian.platform.endpoints.urls"),
    ("", "meridian.platform.attachments.urls"),
    ("", "meridian.site.pages"),
    ("", "meridian.platform.screens.urls"),
):
    if (SOURCE / (module.replace(".", "/") + ".py")).exists():
        urlpatterns.append(path(prefix, include(module)))
