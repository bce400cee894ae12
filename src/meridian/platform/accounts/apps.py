"""The accounts application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "meridian.platform.accounts"
    label = "accounts"
