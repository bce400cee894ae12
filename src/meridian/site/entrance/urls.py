"""Addresses of coming in and of one's own credentials."""

from django.urls import path

from meridian.site.entrance import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in/demo", views.sign_in_as_demo, name="sign_in_demo"),
    path("sign-in/passkey-options", views.passkey_options, name="passkey_options"),
    path("sign-in/set-password/<str:secret>", views.set_password, name="set_password"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("account/security", views.security, name="account_security"),
    path("account/passkey-registration", views.passkey_registration, name="passkey_registration"),
    path("account/people/<uuid:user_id>/credential-link", views.make_credential_link, name="credential_link"),
]
