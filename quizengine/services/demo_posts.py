"""The offices' year in the demo: posts, responsibility letters, journeys abroad, incidents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.access import load_actor
from quizengine.services.incident_appeals import appeal
from quizengine.services.incidents import (
    IncidentPlan,
    add_step,
    close_incident,
    hold_liable,
    record_incident,
    report,
)
from quizengine.services.letters import LetterPlan, own_letters, set_text, sign_letter
from quizengine.services.office_access import Act
from quizengine.services.outbound import OutboundPlan, file_journey
from quizengine.services.outbound_pass import TIER, passes_of
from quizengine.services.outbound_steps import (
    clear,
    close_file,
    come_back,
    hold_talk,
    leave,
    refresh,
)
from quizengine.services.post_holders import (
    assign,
    enter_post,
    finish_leaving,
    leave_post,
    take_step,
)
from quizengine.services.post_steps import DEMANDED
from quizengine.services.posts import PostPlan, register_post
from quizengine.storage.models import Person, PersonTier, Unit

# unit, name, level, risk points, hours and classes a year
_POSTS = (
    ("xx-jgdw-1", "机要文件管理岗", "core", "文件收发登记\n复制与摘抄\n销毁清退", 4, 2),
    ("xx-jgdw-1", "党政办公室秘书岗", "important", "会议记录\n移动存储介质使用", 2, 1),
    ("xx-jgdw-2", "干部人事档案岗", "important", "档案查阅审批\n系统权限管理", 2, 1),
    (
        "xx-jgdw-3",
        "涉密科研项目管理岗",
        "core",
        "项目申报材料流转\n成果公开审查\n对外合作交流",
        4,
        2,
    ),
    ("xx-jgdw-3", "科研统计岗", "general", "数据汇总报送\n互联网传输", 2, 1),
    (
        "xx-xxgc-1",
        "涉密信息系统管理岗",
        "important",
        "账号与权限\n运行维护外包\n设备维修报废",
        2,
        1,
    ),
    ("xx-xxgc-1", "涉密课题骨干岗", "important", "论文发表审查\n学生参与范围", 2, 1),
    ("xx-clkx-1", "涉密课题骨干岗", "important", "样品与数据外送\n学术会议交流", 2, 1),
    ("xx-gjjl-2", "外事接待管理岗", "general", "来访路线安排\n涉外会谈口径", 2, 1),
)
# post, how many days ago the person came, and how far it went:
# on = a step of entering is missing, in = on the post, off = leaving, left = gone for good
_HOLDERS = (
    (0, 300, "in"),
    (1, 280, "in"),
    (2, 260, "off"),
    (2, 30, "in"),
    (3, 300, "in"),
    (4, 12, "on"),
    (5, 240, "in"),
    (6, 220, "left"),
    (7, 200, "in"),
    (8, 20, "on"),
)
_LETTER = """为落实保密工作责任制，明确本单位保密工作责任，{unit}主要负责人郑重承诺：

一、对本单位保密工作负总责，将保密工作与业务工作同部署、同检查、同考核。
二、组织本单位人员参加保密教育培训和考试，做到全员覆盖、不留死角。
三、管好本单位涉密岗位、涉密载体和信息设备，定期开展自查，发现隐患立即整改。
四、发现泄密或者可能泄密的情况，立即采取补救措施，并按规定时限报告。
五、本单位履行保密责任的情况纳入年度考核，接受上级检查和监督。"""
_LEVELS = {1: "学校", 2: "二级单位", 3: "支部"}


def fill_registers(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """A year of posts, letters, journeys and incidents, by the demo's organizer and admin."""
    office = _Office(session, now, zone)
    office.letters(now.astimezone(zone).year - 1, days=330, signed=99)
    office.posts()
    office.letters(now.astimezone(zone).year, days=250, signed=11)
    office.journeys()
    office.incidents()


class _Office:
    """The people of the office, acting on days of the past."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self._session = session
        self._now = now
        self._zone = zone
        logins = ("admin", "organizer")
        ids = {
            login: session.scalars(select(Person.id).where(Person.login == login)).one()
            for login in logins
        }
        self._actors = {login: load_actor(session, ids[login]) for login in logins}
        self._units = {unit.code: unit for unit in session.scalars(select(Unit))}

    def _act(self, days: int, login: str = "organizer") -> Act:
        """Somebody acting so many days ago."""
        ago = self._now - timedelta(days=days)
        return Act(self._session, ago, self._zone, self._actors[login])

    def _members(self, code: str) -> Sequence[int]:
        query = select(Person.id).where(Person.unit_id == self._units[code].id)
        return self._session.scalars(query.order_by(Person.id)).all()

    def posts(self) -> None:
        """Posts, with people at all stages; who has just come lacks steps."""
        first = self._act(310)
        made = []
        for code, name, secrecy, risks, hours, classes in _POSTS:
            plan = PostPlan(
                unit_id=self._units[code].id,
                name=name,
                secrecy=secrecy,
                risks=risks.splitlines(),
                hours=Decimal(hours),
                classes=classes,
                valid_from=first.today,
            )
            made.append(register_post(first.session, first.now, first.zone, first.actor, plan))
        for number, (post, days, far) in enumerate(_HOLDERS):
            members = self._members(_POSTS[post][0])
            if number < len(members):
                self._holder(made[post], members[number], days, far)

    def _holder(self, post_id: int, person_id: int, days: int, far: str) -> None:
        act = self._act(days)
        holder_id = assign(act, post_id, person_id, act.today)
        steps = DEMANDED["on_post"]
        for step in steps[:1] if far == "on" else steps:
            take_step(act, holder_id, step, act.today, "")
        if far == "on":
            return
        after = self._act(days - 10)
        enter_post(after, holder_id, after.today)
        if far == "in":
            return
        left = self._act(8)
        leave_post(left, holder_id, left.today)
        for step in DEMANDED["off_post"][: 4 if far == "left" else 2]:
            take_step(left, holder_id, step, left.today, "")
        if far == "left":
            finish_leaving(left, holder_id)

    def letters(self, year: int, *, days: int, signed: int) -> None:
        """Letters for all levels, signed from the top down by so many heads."""
        act = self._act(days, "admin")
        root = next(unit for unit in self._units.values() if unit.level == 1)
        for level, name in _LEVELS.items():
            title = f"{year}年度{name}保密工作责任书"
            plan = LetterPlan(root.id, year, level, title, _LETTER.format(unit=name))
            set_text(act.session, act.now, act.actor, plan)
        heads = [(unit.level, unit.id, unit.head_id) for unit in self._units.values()]
        for number, (_, unit_id, head_id) in enumerate(sorted(heads, key=lambda head: head[:2])):
            if head_id is not None and number < signed:
                self._sign(head_id, unit_id, year, days - 3 - number)

    def _sign(self, head_id: int, unit_id: int, year: int, days: int) -> None:
        for letter in own_letters(self._session, head_id, year):
            if letter.unit.id == unit_id:
                at = self._now - timedelta(days=days)
                sign_letter(self._session, at, head_id, unit_id, letter.text.id)

    def journeys(self) -> None:
        """One leaves in five days without a pass; others are cleared, abroad, back, closed."""
        travellers = self._session.scalars(
            select(PersonTier.person_id).where(PersonTier.tier == TIER).order_by(PersonTier.id)
        ).all()
        passes = passes_of(self._session, self._zone, travellers)
        passed = [person_id for person_id in travellers if person_id in passes]
        unpassed = [person_id for person_id in travellers if person_id not in passes]
        for person_id, place, departs_in in zip(
            unpassed, ("日本东京", "德国柏林"), (5, 40), strict=False
        ):
            self._journey(person_id, place, departs_in, 9, filed=12)
        for far, person_id in zip(("closed", "returned", "left", "cleared"), passed, strict=False):
            self._travel(far, person_id)

    def _travel(self, far: str, person_id: int) -> None:
        place, departs_in, days = {
            "closed": ("新加坡", -45, 12),
            "returned": ("韩国首尔", -20, 10),
            "left": ("英国伦敦", -6, 15),
            "cleared": ("法国巴黎", 11, 8),
        }[far]
        file_id = self._journey(person_id, place, departs_in, days, filed=min(50, 20 - departs_in))
        clear(self._act(max(2, 5 - departs_in)), file_id)
        if far == "cleared":
            return
        out = self._act(-departs_in)
        leave(out, file_id, out.today)
        if far == "left":
            return
        back = self._act(-departs_in - days)
        come_back(back, file_id, back.today)
        if far == "closed":
            later = self._act(-departs_in - days - 4)
            hold_talk(
                later, file_id, later.today, "境外期间未发现异常情况，已提醒继续履行保密义务。"
            )
            refresh(later, file_id, later.today)
            close_file(later, file_id)

    def _journey(self, person_id: int, place: str, departs_in: int, days: int, filed: int) -> int:
        departs_on = self._act(0).today + timedelta(days=departs_in)
        plan = OutboundPlan(
            kind="official",
            destination=place,
            purpose="学术交流",
            escort="团组统一安排",
            approval="",
            departs_on=departs_on,
            returns_on=departs_on + timedelta(days=days),
        )
        return file_journey(self._act(filed), person_id, plan)

    def incidents(self) -> None:
        """A violation that is handled, and a leak about whose sanction somebody appeals."""
        found = self._incident(
            "xx-xxgc-2", "violation", "slight", "非涉密计算机存储内部资料", days=120
        )
        for person_id in self._members("xx-xxgc-2")[1:2]:
            hold_liable(self._act(118), found, person_id, "direct", "talk", "首次违规，认错态度好")
        add_step(self._act(119), found, self._act(119).today, "清除资料，检查全部办公计算机。")
        close_incident(self._act(100), found)
        leaked = self._incident("xx-clkx-2", "leak", "general", "会议材料误发至工作群", days=25)
        report(self._act(25), leaked, self._act(25).now)
        add_step(self._act(24), leaked, self._act(24).today, "撤回消息并确认接收人已删除。")
        add_step(self._act(20), leaked, self._act(20).today, "核实知悉范围，约谈相关人员。")
        members = self._members("xx-clkx-2")[1:3]
        held = (("direct", "criticism"), ("leader", "talk"))
        liable = [
            hold_liable(self._act(15), leaked, person_id, liability, sanction)
            for person_id, (liability, sanction) in zip(members, held, strict=False)
        ]
        if liable:
            grounds = "该材料当时未标密，且发现后立即撤回，请求从轻处理。"
            appeal(self._session, self._act(3).now, members[0], liable[0], grounds)

    def _incident(self, code: str, kind: str, severity: str, title: str, *, days: int) -> int:
        act = self._act(days)
        plan = IncidentPlan(
            unit_id=self._units[code].id,
            kind=kind,
            severity=severity,
            title=title,
            what="检查中发现，已按规定登记。具体经过见处理材料。",
            happened_on=act.today - timedelta(days=2),
            found_at=act.now - timedelta(hours=6),
        )
        return record_incident(act, plan)
