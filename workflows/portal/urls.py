"""The addresses under /apply/."""

from django.urls import path

from workflows.portal import (
    check_pages,
    consent_pages,
    file_copies,
    file_pages,
    file_part_pages,
    form_pages,
    pages,
    paper_pages,
    readings,
    who_pages,
)

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("who/", who_pages.who, name="who"),
    path("who/choose/", who_pages.choose, name="choose"),
    path("household/", file_pages.household, name="household"),
    path("household/members/add/", file_pages.member, name="household_member"),
    path("household/members/<int:pk>/leave/", file_pages.leave, name="household_leave"),
    path("household/members/<int:pk>/code/", consent_pages.by_code, name="household_by_code"),
    path("household/members/<int:pk>/code/enter/", consent_pages.code, name="household_code"),
    path("household/members/<int:pk>/station/", consent_pages.at_station, name="household_at_station"),
    path("household/members/<int:pk>/<slug:key>/", file_part_pages.part, name="household_member_part"),
    path(
        "household/members/<int:pk>/<slug:key>/<uuid:row>/", file_part_pages.row, name="household_member_row"
    ),
    path(
        "household/members/<int:pk>/<slug:key>/<uuid:row>/remove/",
        file_part_pages.remove_row,
        name="household_member_row_remove",
    ),
    path("household/agree/", consent_pages.agree, name="household_agree"),
    path("household/confirm/", file_pages.still_so, name="household_still_so"),
    path("household/submit/", file_pages.submit, name="household_submit"),
    path("household/report/", file_pages.report, name="household_report"),
    path("household/readings/", readings.page, name="household_readings"),
    path("household/consent/withdraw/", consent_pages.withdraw, name="household_withdraw"),
    path("household/letters/<int:n>/", file_copies.letter_pdf, name="household_letter"),
    path("household/sheets/<int:sheet>/", file_copies.sheet_pdf, name="household_sheet"),
    path("household/visits/<uuid:visit>/", file_copies.visit_pdf, name="household_visit"),
    path("household/photos/<int:photo>/", file_copies.visit_photo, name="household_photo"),
    path("household/download/", file_copies.download, name="household_download"),
    path("household/<slug:key>/", file_part_pages.part, name="household_part"),
    path("household/<slug:key>/<uuid:row>/", file_part_pages.row, name="household_row"),
    path("household/<slug:key>/<uuid:row>/remove/", file_part_pages.remove_row, name="household_row_remove"),
    path("new/<str:code>/", pages.start, name="start"),
    path("<uuid:pk>/", pages.case, name="case"),
    path("<uuid:pk>/form/", form_pages.resume, name="form"),
    path("<uuid:pk>/form/<slug:key>/", form_pages.section, name="section"),
    path("<uuid:pk>/form/<slug:key>/<int:number>/", form_pages.section, name="row"),
    path("<uuid:pk>/form/<slug:key>/<int:number>/remove/", form_pages.remove_row, name="remove_row"),
    path("<uuid:pk>/papers/", paper_pages.papers, name="papers"),
    path("<uuid:pk>/papers/<uuid:file>/file", paper_pages.file, name="file"),
    path("<uuid:pk>/papers/<uuid:file>/remove/", paper_pages.remove, name="remove_file"),
    path("<uuid:pk>/check/", check_pages.check, name="check"),
    path("<uuid:pk>/remind/", check_pages.remind, name="remind"),
    path("<uuid:pk>/receipt/", pages.receipt, name="receipt"),
    path("<uuid:pk>/letter/", pages.letter, name="letter"),
    path("<uuid:pk>/call/", pages.call, name="call"),
    path("<uuid:pk>/withdraw/", pages.withdraw, name="withdraw"),
    path("<uuid:pk>/account/", form_pages.account, name="account"),
]
