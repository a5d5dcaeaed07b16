"""Where the pages of this package are, under "inbox/"."""

from django.urls import path

from vincula.kernel.notify import pages

app_name = "notify"
urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("read/", pages.read, name="read"),
    path("preferences/", pages.preferences, name="preferences"),
    path("<int:pk>/open/", pages.open_record, name="open"),
    path("<int:pk>/unread/", pages.unread, name="unread"),
]
