"""Addresses of the warehouse's own pages; mounted before the derived ones."""

from django.urls import path

from meridian.warehouse.pages import scanning

RECEIPT = "warehouse/goods-receipts/<uuid:document_id>/"

urlpatterns = [
    path(RECEIPT, scanning.receipt_page, name="goods_receipt"),
    path(f"{RECEIPT}scan", scanning.scan_page, name="goods_receipt_scan"),
]
