"""Addresses of the print page; mounted before the derived ones."""

from django.urls import path

from meridian.labels.pages import printing

urlpatterns = [path("labels/print", printing.print_page, name="print_labels")]
