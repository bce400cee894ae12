"""Addresses of purchasing's own pages; mounted before the derived ones."""

from django.urls import path

from meridian.purchasing.pages import comparison

urlpatterns = [
    path("purchasing/inquiries/<uuid:document_id>/comparison", comparison.comparison_page, name="inquiry_comparison"),
]
