"""The demo's inspections with their findings, spot quizzes, and self-assessments of two years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.selfchecks import Answered, Checklist
from quizengine.services.access import load_actor
from quizengine.services.bank import served_checklists
from quizengine.services.findings import (
    FindingPlan,
    answer_finding,
    confirm_finding,
    open_finding,
    send_back,
)
from quizengine.services.inspection_results import Judged, hold, record_marks
from quizengine.services.inspection_rounds import RoundPlan, draw_round
from quizengine.services.inspections import InspectionPlan, ItemPlan, plan_inspection
from quizengine.services.office_access import Act
from quizengine.services.selfcheck_review import Change, review
from quizengine.services.selfchecks import save_answers, selfcheck_of, submit
from quizengine.services.spot import SpotPlan, draw_people, fix_list
from quizengine.services.spot_quiz import PaperResult, enter_paper
from quizengine.services.uploads import Upload
from quizengine.storage.models import Inspection, InspectionRound, Person, SpotCheck, Unit

_ITEMS = (
    ("保密责任制落实", 20),
    ("涉密人员与岗位管理", 20),
    ("涉密载体登记与保管", 25),
    ("信息设备与网络使用", 25),
    ("宣传教育与考试", 10),
)
_REPORT = """检查组听取了工作汇报，查阅了台账和登记簿，抽查了办公场所和信息设备。
总体情况较好，制度基本健全；存在的问题已当场反馈，并按期限整改。"""
_ANSWER = "已按要求整改，完善了登记制度，并组织相关人员学习。详见附件。"
_PROOF = Upload("整改情况说明.txt", "整改情况说明：已完成整改，登记簿和照片存档备查。\n".encode())
# Each year's checklist is answered on this many units, from the first one on.
_LATEST = 9


def fill_inspections(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Inspections of two years at all stages, by the demo's organizer; self-assessments."""
    office = _Office(session, now, zone)
    office.last_year()
    office.planned()
    office.round()
    office.surprise()
    year = now.astimezone(zone).year
    for checklist in served_checklists(session).values():
        if checklist.year in (year - 1, year):
            office.selfchecks(checklist, done=checklist.year < year)


class _Office:
    """The people of the demo, acting on days of the past."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self._session, self._now, self._zone = session, now, zone
        self._units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
        logins = ("organizer", "organizer2", "admin")
        people = session.scalars(select(Person).where(Person.login.in_(logins)))
        self._staff = {person.login: person.id for person in people}

    def _act(self, days: float, person_id: int | None = None) -> Act:
        """Somebody, by default the organizer, acting so many days ago."""
        actor = load_actor(self._session, person_id or self._staff["organizer"])
        return Act(self._session, self._now - timedelta(days=days), self._zone, actor)

    def _members(self, code: str) -> Sequence[int]:
        path = self._session.scalars(select(Unit.path).where(Unit.code == code)).one()
        query = select(Person.id).join(Unit, Unit.id == Person.unit_id)
        return self._session.scalars(
            query.where(Unit.path.startswith(path), Person.active).order_by(Person.id)
        ).all()

    def _owner(self, code: str, number: int = 0) -> int | None:
        """Somebody of a unit; None in a demo so small that nobody belongs to it."""
        members = self._members(code)
        return members[number % len(members)] if members else None

    def _plan(self, code: str, kind: str, title: str, *, days: int, due: int) -> int:
        """Planned so many days ago, for `due` days ago."""
        plan = InspectionPlan(
            unit_id=self._units[code],
            kind=kind,
            title=title,
            planned_on=self._act(due).today,
            items=[ItemPlan(text, Decimal(points)) for text, points in _ITEMS],
            inspectors=[self._staff["organizer"], self._staff["admin"]],
        )
        return plan_inspection(self._act(days), plan)

    def _hold(self, inspection_id: int, days: int, *lost: str) -> None:
        """Held so many days ago; `lost` are the points taken off, item by item."""
        act = self._act(days)
        items = self._session.get_one(Inspection, inspection_id).items
        off = [*map(Decimal, lost), *[Decimal(0)] * len(items)]
        judged = {
            item.id: Judged(item.points - less, "" if not less else "登记不全，扣分")
            for item, less in zip(items, off, strict=False)
        }
        record_marks(act, inspection_id, judged, _REPORT)
        hold(act, inspection_id, act.today)

    def _find(
        self, inspection_id: int, what: str, severity: str, owner: int, *, days: int, due: int
    ) -> int:
        act = self._act(days)
        plan = FindingPlan(what, severity, owner, self._act(due).today)
        return open_finding(act, inspection_id, plan)

    def _settle(self, finding_id: int, owner: int, *, answered: int, closed: int | None) -> None:
        answer_finding(self._act(answered, owner), finding_id, _ANSWER, [_PROOF])
        if closed is not None:
            confirm_finding(self._act(closed), finding_id)

    def last_year(self) -> None:
        """Two inspections of last year, with a finding that was put right in time."""
        for code, lost in (("xx-xxgc", ("2", "0", "3.5")), ("xx-gjjl", ("0", "4", "5", "6"))):
            made = self._plan(code, "planned", "年度保密检查", days=360, due=345)
            self._hold(made, 345, *lost)
            owner = self._owner(code)
            if owner is None:
                continue
            found = self._find(
                made, "移动存储介质借用登记不完整", "general", owner, days=345, due=330
            )
            self._settle(found, owner, answered=335, closed=333)

    def planned(self) -> None:
        """An inspection of this year whose findings are at all stages."""
        made = self._plan("xx-jgdw", "planned", "机关党委保密工作检查", days=60, due=45)
        self._hold(made, 45, "2", "3", "5", "4.5")
        people = [self._owner("xx-jgdw", number) for number in range(5)]
        owners = [person for person in people if person is not None]
        if owners:
            self._findings(made, owners)
        self._plan("xx-clkx-1", "planned", "专项检查：科研项目保密管理", days=5, due=-9)

    def _findings(self, made: int, people: Sequence[int]) -> None:
        late = self._find(made, "保密柜钥匙未分管", "serious", people[0], days=45, due=30)
        self._settle(late, people[0], answered=27, closed=25)
        good = self._find(made, "涉密会议记录未编号", "slight", people[1], days=45, due=20)
        self._settle(good, people[1], answered=31, closed=29)
        back = self._find(made, "打印机未张贴密级标识", "general", people[2], days=45, due=12)
        self._settle(back, people[2], answered=18, closed=None)
        send_back(self._act(16), back, "附件照片看不清标识，请重新拍照。", self._act(-4).today)
        waits = self._find(made, "离岗人员账号未及时注销", "general", people[3], days=45, due=1)
        self._settle(waits, people[3], answered=3, closed=None)
        self._find(made, "文件销毁清单缺监销人签字", "serious", people[4], days=45, due=6)

    def round(self) -> None:
        """Branches of one school inspect one another: one is still to come."""
        branches = [f"xx-xxgc-{number}" for number in (1, 2, 3)]
        plan = RoundPlan(
            unit_id=self._units["xx-xxgc"],
            title="支部保密工作互查",
            planned_on=self._act(14).today,
            units=[self._units[code] for code in branches],
            items=[ItemPlan(text, Decimal(points)) for text, points in _ITEMS],
        )
        made = draw_round(self._act(21), plan)
        inspections = self._session.get_one(InspectionRound, made).inspections
        for number, inspection_id in enumerate([one.id for one in inspections][:2]):
            self._hold(inspection_id, 14 - number, "1", "0", str(2 + number))

    def surprise(self) -> None:
        """A spot quiz on paper, and one whose list is fixed while nobody is drawn yet."""
        made = self._plan("xx-clkx", "surprise", "突击检查：保密常识抽查", days=24, due=22)
        members = len(self._members("xx-clkx"))
        if not members:
            return
        fix_list(self._act(23), made, SpotPlan(min(6, members)))
        draw_people(self._act(22.5), made)
        drawn = [one.person_id for one in self._session.get_one(SpotCheck, made).drawn]
        scores = (92, 85, 78, 54, 88)
        results = {
            person_id: PaperResult(Decimal(score))
            for person_id, score in zip(drawn, scores, strict=False)
        }
        if len(drawn) > len(scores):
            results[drawn[-1]] = PaperResult(None, "因公出差")
        day = self._act(22)
        enter_paper(day, made, results, Decimal(100), Decimal(60), day.today)
        self._hold(made, 22, "0", "2", "4", "1")
        coming = self._plan("xx-gjjl", "surprise", "突击检查：外事接待保密", days=3, due=-4)
        members = len(self._members("xx-gjjl"))
        if members:
            source = "检查前一日福利彩票3D开奖号码"
            fix_list(self._act(2), coming, SpotPlan(min(5, members), source))

    def selfchecks(self, checklist: Checklist, *, done: bool) -> None:
        """Units answer; this year some have not yet, and some wait for the verdict."""
        units = self._session.scalars(
            select(Unit).where(Unit.level.in_(checklist.levels)).order_by(Unit.level, Unit.code)
        ).all()
        opened = (self._act(0).today - checklist.opens).days
        if opened < 2:
            return
        days = max(1, opened - 30) if not done else max(opened - 90, 1)
        for number, (unit_id, head_id) in enumerate([(u.id, u.head_id) for u in units]):
            if not done and number >= _LATEST:
                return
            self._answer(checklist, unit_id, head_id, number, days, done=done)

    def _answer(
        self,
        checklist: Checklist,
        unit_id: int,
        head_id: int | None,
        number: int,
        days: int,
        *,
        done: bool,
    ) -> None:
        items = list(checklist.items)
        partly = {items[number % len(items)], items[(number * 3 + 1) % len(items)]}
        answers = {
            name: Answered("partly", None, "个别登记不规范，正在完善")
            if name in partly
            else Answered("yes")
            for name in items
        }
        proofs = {name: [_PROOF] for name, item in checklist.items.items() if item.evidence}
        act = self._act(days, head_id)
        save_answers(act, unit_id, checklist.year, answers, proofs)
        if not done and number == _LATEST - 1:
            return
        submit(act, unit_id, checklist.year)
        if not done and number >= _LATEST - 3:
            return
        found = selfcheck_of(self._session, unit_id, checklist.year)
        assert found is not None
        changes = {}
        if number % 4 == 1:
            changes[items[2]] = Change(
                checklist.items[items[2]].points / 2, "抽查发现缺训人员未补训"
            )
        review(self._act(max(days - 8, 0.5), self._staff["admin"]), found.id, changes)
