"""What the theme is shown on: a small site built as publishing builds it, and a page with every component."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from mkdocs.commands.build import build
from mkdocs.config import load_config

from cms.publishing import light, offline

# The watched browsers; in a conftest they take precedence over Playwright's own.
from tests.plugins.chromium import context, desk, home, new_context, phone, phone_without_javascript, watch

__all__ = ["context", "desk", "home", "new_context", "phone", "phone_without_javascript", "watch"]

from tests.site.city import released

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(__file__).resolve().parent / "sample_site"
HOUSE = f"{light.HOUSE}abcd"
NAV: list[dict[str, Any]] = [
    {"首页": "index.md"},
    {"助学": ["guides/index.md", "guides/golden-autumn.md", "guides/training.md"]},
    {"服务网点": ["centres/index.md"]},
]


def build_sample_site(into: Path, *, demo: bool) -> Path:
    """Build the sample pages into a folder as publishing does, with the shared styles beside them.

    :raises mkdocs.exceptions.Abort: on any warning, a broken link among them
    """
    config = load_config(
        str(ROOT / "site" / "mkdocs.yml"),
        docs_dir=str(SAMPLE),
        site_dir=str(into),
        nav=NAV,
        extra={
            "generator": False,
            "demo": demo,
            "house": HOUSE,
            "address": "https://bangfu.example",
            "preview": "",
        },
    )
    build(config)
    shutil.copytree(ROOT / "site" / "assets", into / HOUSE)
    light.pages(into)
    offline.write(into, house=HOUSE)
    light.compress(into)
    return into


class Application(forms.Form):
    """One field of each kind that the forms of the house use."""

    name = forms.CharField(label="姓名", help_text="和身份证上一样")
    id_no = forms.CharField(
        label="身份证号", widget=forms.TextInput(attrs={"class": "w-18", "inputmode": "text"})
    )
    phone = forms.CharField(
        label="手机号码", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    category = forms.ChoiceField(
        label="困难类别",
        help_text="不清楚就选最接近的，站点会帮您核对",
        choices=[("deep", "深度困难"), ("relative", "相对困难"), ("accident", "意外致困")],
        widget=forms.RadioSelect,
    )
    enrolled = forms.ChoiceField(
        label="今年新考上吗？", choices=[("new", "是，新生"), ("old", "在读")], widget=forms.RadioSelect
    )
    other_aid = forms.MultipleChoiceField(
        label="已得到的其他资助",
        required=False,
        choices=[("state", "国家助学金"), ("loan", "助学贷款")],
        widget=forms.CheckboxSelectMultiple,
    )
    stage = forms.ChoiceField(
        label="学段", choices=[("", "请选择"), ("bachelor", "本科"), ("high", "普通高中")]
    )
    why = forms.CharField(label="说说家里的难处", required=False, widget=forms.Textarea)
    paper = forms.FileField(label="录取通知书", help_text="拍照就行，看得清字；最大 10 MB")
    true_words = forms.BooleanField(label="我说的都是真的", help_text="不实的，资助要退回")


def render_sample(name: str, **context: Any) -> str:
    """Render one of the sample templates beside this file."""
    text = (Path(__file__).resolve().parent / name).read_text("utf-8")
    return str(engines["django"].from_string(text).render(context))


def render_components(**context: Any) -> str:
    """The page that shows every component once, with a form that was sent half empty."""
    stages = [
        {"label": "受理", "state": "done", "note": "7月28日 · 用了 1 个工作日"},
        {"label": "单位工会审核", "state": "done", "note": "7月31日 · 用了 3 个工作日"},
        {"label": "公示", "state": "current", "note": "到 8月10日结束"},
        {"label": "市级审批", "state": "todo", "note": ""},
        {"label": "发放", "state": "todo", "note": ""},
    ]
    return render_sample(
        "components.html",
        stages=stages,
        form=Application({"name": "王建国", "id_no": "123", "category": "deep"}),
        blank=Application(auto_id="blank_%s"),
        page=Paginator(range(95), 20).page(2),
        **context,
    )


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample site as production would publish it."""
    return build_sample_site(tmp_path_factory.mktemp("plain"), demo=False)


@pytest.fixture(scope="session")
def built_demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site with the ribbon of the demonstration."""
    return build_sample_site(tmp_path_factory.mktemp("demo"), demo=True)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that has published the whole starter content."""
    return released(tmp_path_factory.mktemp("city"))


@pytest.fixture
def city_site(city: Path, settings: Any) -> Path:
    """That installation is the one that answers; gives the files of its release."""
    settings.DATA_DIR = city
    return (city / "releases" / "current").resolve()


@pytest.fixture
def components() -> str:
    """The component page as HTML."""
    return render_components()


@pytest.fixture
def sheets() -> str:
    """An approval form and a notice sheet as HTML."""
    return render_sample("sheets.html")
