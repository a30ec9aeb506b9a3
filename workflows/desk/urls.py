"""The addresses under /desk/."""

from django.urls import path

from workflows.desk import (
    budgets,
    case,
    files,
    holidays,
    money,
    objections,
    parameters,
    proposals,
    sheets,
    worklist,
)

app_name = "desk"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("cases/<uuid:pk>/", case.case_page, name="case"),
    path("cases/<uuid:pk>/do/<str:action>/", case.do, name="do"),
    path("cases/<uuid:pk>/calls/<uuid:call_pk>/", case.called, name="called_from_case"),
    path("cases/<uuid:pk>/papers/<uuid:evidence_pk>/", case.paper, name="paper"),
    path("cases/<uuid:pk>/form/", sheets.approval_form, name="approval_form"),
    path("cases/<uuid:pk>/notice-sheet/", sheets.notice_sheet, name="notice_sheet"),
    path("objections/", objections.objection_list, name="objections"),
    path("objections/<uuid:pk>/answer/", objections.answer, name="answer"),
    path("calls/", objections.call_list, name="calls"),
    path("calls/<uuid:pk>/called/", objections.called, name="called"),
    path("files/", files.file_list, name="files"),
    path("files/<uuid:pk>/", files.file_page, name="file"),
    path("money/", money.money, name="money"),
    path("money/budget/<path:code>/give/", budgets.propose, {"kind": "GIVE"}, name="give"),
    path("money/budget/<path:code>/take/", budgets.propose, {"kind": "TAKE"}, name="take"),
    path("money/budget/<path:code>/", budgets.budget_page, name="budget"),
    path("money/grants/<int:pk>/", budgets.grant_page, name="grant"),
    path("money/grants/<int:pk>/approve/", budgets.approve, name="approve_grant"),
    path("money/grants/<int:pk>/refuse/", budgets.refuse, name="refuse_grant"),
    path("money/grants/<int:pk>/withdraw/", budgets.withdraw, name="withdraw_grant"),
    path("money/runs/", money.make, name="make_run"),
    path("money/runs/<int:pk>/", money.run_page, name="run"),
    path("money/runs/<int:pk>/release/", money.release, name="release"),
    path("money/runs/<int:pk>/bank-file/", money.bank_file, name="bank_file"),
    path("money/runs/<int:pk>/record/", money.record, name="record"),
    path("money/runs/<int:pk>/return/", money.upload, name="upload_return"),
    path("parameters/", parameters.parameter_list, name="parameters"),
    path("parameters/holidays/", holidays.holiday_list, name="holidays"),
    path("parameters/holidays/propose/", holidays.propose, name="propose_holidays"),
    path("parameters/holidays/<int:pk>/<slug:action>/", holidays.decide, name="decide_holidays"),
    path("parameters/proposals/<int:pk>/", proposals.proposal_page, name="proposal"),
    path("parameters/proposals/<int:pk>/approve/", proposals.approve, name="approve_proposal"),
    path("parameters/proposals/<int:pk>/refuse/", proposals.refuse, name="refuse_proposal"),
    path("parameters/proposals/<int:pk>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("parameters/<slug:key>/", parameters.parameter_page, name="parameter"),
    path("parameters/<slug:key>/propose/", parameters.propose, name="propose"),
]
