"""Addresses of the money book's own pages; mounted before the derived ones."""

from django.urls import path

from meridian.ledger.pages import trial_balance, vouchers

urlpatterns = [
    path("ledger/vouchers", vouchers.voucher_list, name="vouchers"),
    path("ledger/vouchers/<uuid:voucher_id>", vouchers.voucher_page, name="voucher"),
    path("ledger/trial-balance", trial_balance.trial_balance_page, name="trial_balance"),
]
