from django.urls import path

from bookings.payments.gateways.sandbox.pages import payment_page

urlpatterns = [path("<uuid:number>", payment_page, name="sandbox_payment")]
