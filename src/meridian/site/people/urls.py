"""Addresses of persons and posts."""

from django.urls import path

from meridian.site.people import pages, roles, simulation

urlpatterns = [
    path("people/", pages.person_list, name="people"),
    path("people/simulate", simulation.simulate, name="simulate"),
    path("people/new/<slug:kind>", pages.change, name="person_new"),
    path("people/<uuid:user_id>/", pages.person_page, name="person"),
    path("people/<uuid:user_id>/change/<slug:kind>", pages.change, name="person_change"),
    path("people/<uuid:user_id>/unlock", pages.unlock, name="person_unlock"),
    path("people/<uuid:user_id>/credential-link", pages.credential_link, name="person_link"),
    path("roles/", roles.role_list, name="roles"),
    path("roles/<slug:code>/", roles.role_page, name="role"),
    path("roles/<slug:code>/change/<slug:kind>", roles.change, name="role_change"),
]
