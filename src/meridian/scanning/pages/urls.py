"""Addresses of the scanner's pages; mounted before the derived ones."""

from django.urls import path

from meridian.scanning.pages import receipts

RECEIPT = "warehouse/goods-receipts/<uuid:document_id>/"

urlpatterns = [
    path(RECEIPT, receipts.receipt_page, name="goods_receipt"),
    path(f"{RECEIPT}scan", receipts.scan_page, name="goods_receipt_scan"),
]
