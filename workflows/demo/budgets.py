"""The programmes of the demonstration get their money as in life: one person of finance proposes, another approves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflows.base.day import ZONE
from workflows.ledger import granting
from workflows.ledger.granting import Wish
from workflows.ledger.models import Grant
from workflows.network.actors import Actor
from workflows.offers.models import ProgrammeVersion
from workflows.parameters.proposing import Paper

#: Illustrative budget of the programme of the stories, in fen.
GRANTS = {"中央财政": 60_000_000, "市财政": 300_000_000, "本级工会经费": 80_000_000, "社会捐赠": 20_000_000}
#: For each of the other programmes that pay, in fen, so that visitors can walk them to the end.
FOR_EACH_OTHER = 50_000_000
#: A donation that a visitor finds waiting and may approve as the checker, in fen.
WAITING_SOURCE, WAITING_FEN, WAITING_SINCE = "社会捐赠", 5_000_000, date(2026, 7, 31)

NOTE = "金额是演示用的示例。"
YEARLY = Paper("关于下达2026年困难职工帮扶资金的通知", "澜工发〔2026〕8号", date(2026, 7, 1), NOTE)
DONATION = Paper("关于接受2026年助学捐赠款的函", "澜工函〔2026〕21号", date(2026, 7, 30), NOTE)


@dataclass(frozen=True)
class Finance:
    """The two people of the city's finance."""

    maker: Actor
    checker: Actor

    def give(self, programme_code: str, *, at: datetime) -> None:
        """Give the programme of the stories, and every other that pays, their money."""
        for source, fen in GRANTS.items():
            self._give(programme_code, source, fen, at=at)
        for version in ProgrammeVersion.objects.on_offer().exclude(code=programme_code):
            if version.programme.amount is not None:
                self._give(version.code, version.programme.fund_sources[0], FOR_EACH_OTHER, at=at)

    def _give(self, programme_code: str, source: str, fen: int, *, at: datetime) -> None:
        grant = self._propose(Wish(Grant.Kind.GIVE, programme_code, source, fen, YEARLY), at=at)
        granting.approve(grant, by=self.checker, at=at + timedelta(minutes=40))

    def leave_one_waiting(self, programme_code: str) -> None:
        """Propose the donation, for a visitor to approve."""
        wish = Wish(Grant.Kind.GIVE, programme_code, WAITING_SOURCE, WAITING_FEN, DONATION)
        self._propose(wish, at=datetime.combine(WAITING_SINCE, time(16, 20), tzinfo=ZONE))

    def _propose(self, wish: Wish, *, at: datetime) -> Grant:
        return granting.propose(wish, fund_sources=[wish.fund_source], by=self.maker, at=at)
