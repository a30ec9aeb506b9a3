"""Invented people: names, and numbers that pass every check but belong to nobody (areas 3699xx are unassigned)."""

from __future__ import annotations

import random
from datetime import date, timedelta

from stdnum.cn import ric

SURNAMES = "李张刘陈杨黄周吴徐胡朱高林何郭马罗梁宋韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"  # noqa: E501 - one list of surnames
GIVEN_MEN = tuple(
    "建国 志强 永福 国平 德明 海涛 文斌 长江 卫东 小军 "
    "立新 春生 红旗 大勇 学文 玉山 金水 宏伟 光明 成林".split()
)
GIVEN_WOMEN = tuple(
    "秀兰 桂英 丽华 玉梅 春燕 红霞 晓燕 美玲 淑芬 雪梅 "
    "凤琴 海燕 建芳 月娥 翠萍 小红 爱华 金凤 素珍 彩云".split()
)
GIVEN_BOYS = ("子轩", "浩然", "宇航", "博文", "俊杰", "一鸣", "天佑", "思远", "明哲", "嘉豪", "晨阳", "文昊")
GIVEN_GIRLS = ("欣怡", "雨桐", "思琪", "佳怡", "梦洁", "语嫣", "诗涵", "晓彤", "静雯", "若曦", "可欣", "婉清")

MAN, WOMAN = 1, 0


class Invention:
    """Gives names and numbers in a fixed order: the same seed makes the same people, each number once."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._used: set[str] = set()
        self._phones = 0
        self._cards = 0

    def name(self, *, sex: int, child: bool = False, surname: str = "") -> str:
        if child:
            given: tuple[str, ...] = GIVEN_BOYS if sex == MAN else GIVEN_GIRLS
        else:
            given = GIVEN_MEN if sex == MAN else GIVEN_WOMEN
        return (surname or self.rng.choice(SURNAMES)) + self.rng.choice(given)

    def id_number(self, *, area: str, born: date, sex: int) -> str:
        while True:
            sequence = self.rng.randrange(1, 500) * 2 - (1 if sex == MAN else 0)
            number = id_number(area=area, born=born, sequence=sequence)
            if number not in self._used:
                self._used.add(number)
                return number

    def reserve(self, number: str) -> str:
        """A number that a named person has already."""
        self._used.add(number)
        return number

    def birthday(self, *, youngest: int, oldest: int, on: date) -> date:
        """A birthday that makes somebody between so many years old on a day."""
        return on - timedelta(days=self.rng.randrange(youngest * 365 + 10, oldest * 365 + 300))

    def phone(self) -> str:
        """Mobile numbers from a block that is never given out; the first hundred are kept for the named people."""
        self._phones += 1
        return f"139000{self._phones + 100:05d}"

    def card(self) -> str:
        self._cards += 1
        return card_number(self._cards + 100)


def id_number(*, area: str, born: date, sequence: int) -> str:
    """An identity number with its check digit; an odd sequence is a man's."""
    head = f"{area}{born:%Y%m%d}{sequence:03d}"
    return head + str(ric.calc_check_digit(head + "0"))


def card_number(serial: int) -> str:
    """A card number of 19 digits that passes the Luhn check, from an unassigned issuer."""
    head = f"629999{serial:012d}"
    total = 0
    for place, digit in enumerate(reversed(head)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{head}{-total % 10}"
