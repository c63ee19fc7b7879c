"""All models; importing this registers every table."""

from quizengine.storage.base import Base
from quizengine.storage.models.bank import BankState, CurrentQuestion, Repair, Revision
from quizengine.storage.models.contests import (
    AudienceAnswer,
    Contest,
    ContestEvent,
    ContestMember,
    ContestPlayer,
    ContestTeam,
)
from quizengine.storage.models.evidence import Evidence, EvidenceContent
from quizengine.storage.models.exams import (
    CHALLENGE,
    CONTEST,
    EVERYONE,
    EXAM,
    PURPOSES,
    Adjustment,
    Exam,
    ExamAudience,
    Paper,
    SignedCommitment,
)
from quizengine.storage.models.incidents import (
    LIABILITIES,
    SEVERITIES,
    Incident,
    IncidentAppeal,
    IncidentLiable,
    IncidentStep,
)
from quizengine.storage.models.ledger import (
    LedgerCheckpoint,
    LedgerEntry,
    LedgerHead,
    LedgerSubject,
)
from quizengine.storage.models.letters import LetterSignature, LetterText
from quizengine.storage.models.marking import MarkingTask
from quizengine.storage.models.mass import (
    MassAward,
    MassContest,
    MassEntry,
    MassLottery,
    MassSeries,
    MassStep,
    MassUnitCount,
)
from quizengine.storage.models.outbound import OUTBOUND_STATES, OutboundFile
from quizengine.storage.models.posts import (
    SECRECY,
    STAGES,
    OfficeTerms,
    Post,
    PostHolder,
    PostStep,
    RecordEvent,
)
from quizengine.storage.models.sittings import Answer, ItemScore, LateAnswer, Mark, Sitting
from quizengine.storage.models.units import ROLES, ApiToken, Person, PersonRole, PersonTier, Unit

__all__ = [
    "CHALLENGE",
    "CONTEST",
    "EVERYONE",
    "EXAM",
    "LIABILITIES",
    "OUTBOUND_STATES",
    "PURPOSES",
    "ROLES",
    "SECRECY",
    "SEVERITIES",
    "STAGES",
    "Adjustment",
    "Answer",
    "ApiToken",
    "AudienceAnswer",
    "BankState",
    "Base",
    "Contest",
    "ContestEvent",
    "ContestMember",
    "ContestPlayer",
    "ContestTeam",
    "CurrentQuestion",
    "Evidence",
    "EvidenceContent",
    "Exam",
    "ExamAudience",
    "Incident",
    "IncidentAppeal",
    "IncidentLiable",
    "IncidentStep",
    "ItemScore",
    "LateAnswer",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerHead",
    "LedgerSubject",
    "LetterSignature",
    "LetterText",
    "Mark",
    "MarkingTask",
    "MassAward",
    "MassContest",
    "MassEntry",
    "MassLottery",
    "MassSeries",
    "MassStep",
    "MassUnitCount",
    "OfficeTerms",
    "OutboundFile",
    "Paper",
    "Person",
    "PersonRole",
    "PersonTier",
    "Post",
    "PostHolder",
    "PostStep",
    "RecordEvent",
    "Repair",
    "Revision",
    "SignedCommitment",
    "Sitting",
    "Unit",
]
