"""The addresses under /apply/."""

from django.urls import path

from workflows.portal import (
    appeal_pages,
    check_pages,
    file_pages,
    file_paper_pages,
    form_pages,
    pages,
    paper_pages,
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
    path("household/members/<int:pk>/<slug:key>/", file_pages.part, name="household_member_part"),
    path(
        "household/members/<int:pk>/<slug:key>/<int:number>/remove/",
        file_pages.remove_row,
        name="household_member_row",
    ),
    path("household/agree/", file_pages.agree, name="household_agree"),
    path("household/submit/", file_pages.submit, name="household_submit"),
    path("household/report/", file_pages.report, name="household_report"),
    path("household/consent/withdraw/", file_pages.withdraw_consent, name="household_withdraw"),
    path("household/letters/<int:n>/", file_pages.letter_pdf, name="household_letter"),
    path("household/sheets/<int:sheet>/", file_pages.sheet_pdf, name="household_sheet"),
    path("household/visits/<uuid:visit>/", file_pages.visit_pdf, name="household_visit"),
    path("household/photos/<int:photo>/", file_pages.visit_photo, name="household_photo"),
    path("household/appeal/", appeal_pages.appeal, name="household_appeal"),
    path("household/papers/", file_paper_pages.papers, name="household_papers"),
    path("household/papers/<uuid:pk>/file", file_paper_pages.paper, name="household_paper"),
    path("household/papers/<uuid:pk>/remove/", file_paper_pages.remove, name="household_paper_remove"),
    path("household/download/", file_pages.download, name="household_download"),
    path("household/<slug:key>/", file_pages.part, name="household_part"),
    path("household/<slug:key>/<int:number>/remove/", file_pages.remove_row, name="household_row"),
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
