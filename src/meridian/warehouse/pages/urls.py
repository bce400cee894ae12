"""Addresses of the warehouse's own pages; mounted before the derived ones."""

from django.urls import path

from meridian.warehouse.pages import transit

urlpatterns = [
    path("warehouse/goods-receipts/<uuid:document_id>/transit-log", transit.transit_page, name="goods_receipt_transit"),
]
