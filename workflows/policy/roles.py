"""Who may act, as the union names them (domain 3.5), and the levels of the union."""

from enum import StrEnum


class Level(StrEnum):
    """Where in the union an organisation stands."""

    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    STATION = "STATION"

    @property
    def label(self) -> str:
        return _LEVEL_LABELS[self]


class Role(StrEnum):
    """What a post allows its holder to do."""

    ACCEPTOR = "ACCEPTOR"
    STATION_REVIEWER = "STATION_REVIEWER"
    TOWNSHIP_REVIEWER = "TOWNSHIP_REVIEWER"
    COUNTY_OFFICER = "COUNTY_OFFICER"
    COUNTY_HEAD = "COUNTY_HEAD"
    CITY_APPROVER = "CITY_APPROVER"
    FINANCE_MAKER = "FINANCE_MAKER"
    FINANCE_CHECKER = "FINANCE_CHECKER"
    AUDITOR = "AUDITOR"
    EDITOR = "EDITOR"
    PUBLISHER = "PUBLISHER"
    ADMIN = "ADMIN"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_LEVEL_LABELS = {
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡镇街道、园区",
    Level.STATION: "基层站点",
}

_ROLE_LABELS = {
    Role.ACCEPTOR: "站点受理员",
    Role.STATION_REVIEWER: "站点审核人",
    Role.TOWNSHIP_REVIEWER: "乡镇街道审核人",
    Role.COUNTY_OFFICER: "县级帮扶专干",
    Role.COUNTY_HEAD: "县级负责人",
    Role.CITY_APPROVER: "市级审核",
    Role.FINANCE_MAKER: "市级财务（制单）",
    Role.FINANCE_CHECKER: "市级财务（复核）",
    Role.AUDITOR: "审计",
    Role.EDITOR: "内容编辑",
    Role.PUBLISHER: "内容审核",
    Role.ADMIN: "系统管理员",
}
