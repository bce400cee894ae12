"""Addresses of the stock book's own pages; mounted before the derived ones."""

from django.urls import path

from meridian.inventory.pages import lot, stock, stock_file, tracing

urlpatterns = [
    path("trace", tracing.trace_page, name="trace"),
    path("trace/report.csv", tracing.trace_report, name="trace_report"),
    path("inventory/stock/export", stock_file.stock_file, name="stock_file"),
    path("inventory/stock", stock.stock_page, name="stock"),
    path("inventory/lots/<uuid:lot_id>", lot.lot_page, name="lot"),
]
