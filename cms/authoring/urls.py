"""The addresses under /cms/authoring/; Wagtail lets only its own staff in."""

from django.urls import path

from cms.authoring.beginning import FromStart, Import, NewEdition, OldYear, StartPage
from cms.authoring.comparing import Differences, Export
from cms.authoring.looking_back import AsOf, AsRead, Withdraw
from cms.authoring.measuring import Impact, Report
from cms.authoring.pasting import Paste
from cms.authoring.releases import Compare, GoBack, Releases, Standings

app_name = "authoring"

urlpatterns = [
    path("releases/", Releases.as_view(), name="releases"),
    path("releases/<int:number>/back/", GoBack.as_view(), name="go_back"),
    path("releases/<int:old>/<int:new>/", Compare.as_view(), name="releases_compared"),
    path("standings/", Standings.as_view(), name="standings"),
    path("below/<int:pk>/start/", StartPage.as_view(), name="start"),
    path("below/<int:pk>/start/<slug:name>/", FromStart.as_view(), name="from_start"),
    path("below/<int:pk>/import/", Import.as_view(), name="import"),
    path("<int:pk>/new-edition/", NewEdition.as_view(), name="new_edition"),
    path("<int:pk>/paste/", Paste.as_view(), name="paste"),
    path("<int:pk>/old-year/", OldYear.as_view(), name="old_year"),
    path("<int:pk>/differences/", Differences.as_view(), name="differences"),
    path("<int:pk>/as-of/", AsOf.as_view(), name="as_of"),
    path("<int:pk>/as-of/<int:text>/", AsRead.as_view(), name="as_read"),
    path("<int:pk>/as-of/<int:text>/withdraw/", Withdraw.as_view(), name="withdraw"),
    path("<int:pk>/export/", Export.as_view(), name="export"),
    path("<int:pk>/impact/", Impact.as_view(), name="impact"),
    path("<int:pk>/impact/<int:report>/", Report.as_view(), name="impact_report"),
]
