"""Files kept between their preview and the decision on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from quizengine.domain.text import Refused
from quizengine.services.uploads import KEPT, Upload, drop_upload, keep_upload, kept_upload

ROSTER = Upload("名单.xlsx", b"PK\x03\x04\n\x00\xff\n")


def gone(instance: Path, now: datetime, person_id: int, token: str) -> bool:
    with pytest.raises(Refused) as refused:
        kept_upload(instance, now, person_id, token)
    return refused.value.status == 404


def test_a_file_comes_back_as_it_was_until_it_is_dropped(tmp_path: Path, now: datetime) -> None:
    token = keep_upload(tmp_path, now, 7, ROSTER)
    assert kept_upload(tmp_path, now, 7, token) == ROSTER
    drop_upload(tmp_path, token)
    drop_upload(tmp_path, token)
    assert gone(tmp_path, now, 7, token)


def test_it_is_for_its_person_alone_and_nobody_else_on_the_machine(
    tmp_path: Path, now: datetime
) -> None:
    token = keep_upload(tmp_path, now, 7, ROSTER)
    assert gone(tmp_path, now, 8, token)
    assert (tmp_path / "uploads").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "uploads" / token).stat().st_mode & 0o777 == 0o600


def test_it_ends_after_an_hour_and_is_swept_out_by_the_next_one(
    tmp_path: Path, now: datetime
) -> None:
    token = keep_upload(tmp_path, now, 7, ROSTER)
    late = now + KEPT
    assert kept_upload(tmp_path, late - timedelta(seconds=1), 7, token) == ROSTER
    assert gone(tmp_path, late, 7, token)
    keep_upload(tmp_path, late, 7, ROSTER)
    assert not (tmp_path / "uploads" / token).exists()


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path, now: datetime) -> None:
    keep_upload(tmp_path, now, 7, ROSTER)
    half = tmp_path / "uploads" / "half"
    half.write_bytes(b'{"pers')
    written = datetime.fromtimestamp(half.stat().st_mtime, tz=now.tzinfo)
    keep_upload(tmp_path, written, 7, ROSTER)
    assert half.exists()
    keep_upload(tmp_path, written + KEPT + timedelta(seconds=1), 7, ROSTER)
    assert not half.exists()


@pytest.mark.parametrize("token", ["", "../secret_key", "a" * 43, "a" * 42 + "\n", "x/" + "a" * 41])
def test_a_made_up_token_reaches_no_file(tmp_path: Path, now: datetime, token: str) -> None:
    (tmp_path / "secret_key").write_text("secret")
    keep_upload(tmp_path, now, 7, ROSTER)
    assert gone(tmp_path, now, 7, token)
