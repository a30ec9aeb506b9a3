"""Sealed values: open only where they belong, under the right key; lost when their key is destroyed."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from workflows.base import checks, rotation, sealing
from workflows.base.models import DataKey, HouseKey
from workflows.base.sessions import SealedSerializer
from workflows.people.models import AlreadyKnown, Person, User, id_index

LIN = ("林晓", "369902198307150010", "13900000001")
CHEN = ("陈敏", "369902198503124223", "13900000002")


def person(name: str, id_no: str, phone: str) -> Person:
    return Person.new(name=name, id_no=id_no, phone=phone)


def again(lin: Person) -> Person:
    return Person.objects.get(pk=lin.pk)


@pytest.fixture
def lin(db: None) -> Person:
    return person(*LIN)


@pytest.fixture
def chen(db: None) -> Person:
    return person(*CHEN)


def raw(column: str, pk: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM people_person WHERE id = %s', [_pk(pk)])
        return str(cursor.fetchone()[0])


def write(column: str, pk: object, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE people_person SET "{column}" = %s WHERE id = %s', [value, _pk(pk)])


def _pk(pk: object) -> str:
    return str(pk) if connection.vendor == "postgresql" else str(pk).replace("-", "")


def test_what_was_sealed_reads_as_before(lin):
    held = again(lin)
    assert (held.name, held.id_no, held.phone) == LIN
    assert (held.gender, str(held.born)) == ("m", "1983-07-15")
    assert (held.masked_name, held.masked_id, held.masked_phone) == (
        "林*",
        "369902********0010",
        "139****0001",
    )


def test_the_row_in_memory_stays_readable_after_saving(lin):
    lin.name = "林小晓"
    lin.save()
    assert lin.name == again(lin).name == "林小晓"


def test_saving_an_unread_row_keeps_what_is_sealed(lin):
    before = raw("id_no", lin.pk)
    again(lin).save()
    assert raw("id_no", lin.pk) == before


def test_line_24_swapped_cells_refuse(lin, chen):
    # Same row, other column; then other row, same column, even under the other row's own key.
    write("name", lin.pk, raw("id_no", lin.pk))
    with pytest.raises(sealing.Unsealable):
        _ = again(lin).name
    write("id_no", lin.pk, raw("id_no", chen.pk))
    with pytest.raises(sealing.Unsealable):
        _ = again(lin).id_no
    Person.objects.filter(pk=lin.pk).update(sealed_by=chen.sealed_by)
    with pytest.raises(sealing.Unsealable):
        _ = again(lin).id_no


def test_line_24_a_wrong_master_key_refuses(lin, monkeypatch):
    ring = sealing.ring()
    wrong = replace(ring.keys[ring.current], secret=b"x" * 32)
    monkeypatch.setattr(sealing, "ring", lambda: replace(ring, keys={ring.current: wrong}))
    with pytest.raises(sealing.Unsealable):
        _ = again(lin).name
    monkeypatch.setattr(sealing, "ring", lambda: replace(ring, keys={"k9": wrong}, current="k9"))
    with pytest.raises(sealing.Unsealable):
        _ = again(lin).name


@pytest.mark.parametrize("planted", ["林晓", "", "s1.", "s1.not base64!", "s1.AAAA"])
def test_line_24_what_was_never_sealed_is_not_shown(lin, planted):
    write("name", lin.pk, planted)
    with pytest.raises(sealing.Unsealable) as refusal:
        _ = again(lin).name
    assert "林晓" not in str(refusal.value)


def test_line_24_no_list_of_values_gives_ciphertext(lin):
    shown = [str(value) for row in Person.objects.values_list("name", "id_no") for value in row]
    assert shown == ["<sealed>", "<sealed>"]


def test_a_sealed_column_is_neither_searched_nor_updated_in_the_clear(lin):
    for lookup in ("name", "name__contains", "name__in", "id_no__startswith"):
        with pytest.raises(FieldError):
            Person.objects.filter(**{lookup: "林晓"}).exists()
    with pytest.raises(TypeError), transaction.atomic():
        Person.objects.filter(pk=lin.pk).update(name="林晓")
    assert Person.objects.filter(phone__isnull=False).count() == 1


def test_line_24_many_threads_read_only_clear_text(lin):
    # The library that was looked at first returned ciphertext to threads.
    token = Person.objects.select_related("sealed_by").get(pk=lin.pk)
    wrong: list[str] = []

    def read() -> None:
        wrong.extend(name for _ in range(500) if (name := token.name) != "林晓")

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_destroyed_key_erases_for_good(lin):
    lin.erase(at=timezone.now())
    held = again(lin)
    with pytest.raises(sealing.Erased):
        _ = held.name
    assert Person.by_id_number(LIN[1]) is None
    assert raw("sealed_by_id", lin.pk)
    assert bytes(DataKey.objects.get(pk=held.sealed_by_id).wrapped) == b""


def test_line_26_equal_numbers_are_found_and_refused_without_showing_anybody(lin):
    assert Person.by_id_number("369902198307150010") == lin
    assert id_index("36992219901231046x") == id_index("36992219901231046X")
    with pytest.raises(AlreadyKnown) as refusal:
        person("别人", LIN[1], "")
    assert "林晓" not in str(refusal.value)


def test_line_26_the_index_has_a_key_of_its_own_outside_the_database(lin, django_db_blocker):
    ring = sealing.ring()
    assert ring.index_key not in {key.secret for key in ring.keys.values()}
    other = replace(ring, index_key=b"y" * 32)
    held = lin.id_index
    assert id_index(LIN[1]) == held
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "ring", lambda: other)
        assert id_index(LIN[1]) != held
    assert ring.index_key.hex() not in everything_in_the_database()


def test_line_26_one_purpose_says_nothing_about_another():
    assert sealing.blind_index("1", purpose="phone") != sealing.blind_index("1", purpose="id number")


def everything_in_the_database() -> str:
    """Each cell of each table as text; bytes also as hexadecimal."""
    cells: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for cell in row:
                    held = bytes(cell) if isinstance(cell, memoryview) else cell
                    cells.append(f"{held.hex()} {held!r}" if isinstance(held, bytes) else str(held))
    return "\n".join(cells)


def test_line_23_the_database_holds_no_personal_value_in_the_clear(lin, client):
    lin.name, lin.phone = "林晓", "13900000001"
    lin.save()
    User.objects.for_phone("13900000001")
    client.post("/accounts/login/code/", {"phone": "13900000001"})
    dump = everything_in_the_database()
    assert len(dump) > 1000
    for value in (*LIN, "1983-07-15", "林晓".encode().hex()):
        assert value not in dump


# --- the key ring -----------------------------------------------------------------------------------------------------


@pytest.fixture
def own_ring(tmp_path):
    """A key file of this test's own, fresh."""
    with override_settings(KEY_FILE=tmp_path / "keys.json"):
        sealing.write_ring(sealing.KeyRing.fresh())
        yield tmp_path / "keys.json"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o400])
def test_line_27_a_key_file_open_to_others_is_refused_by_name(own_ring, mode):
    own_ring.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match="KEY_FILE"):
        checks.refuse_to_start_without_keys()
    assert [error.id for error in checks.key_ring_is_usable()] == ["base.E001"]


def test_line_27_a_missing_or_broken_key_file_is_refused_by_name(own_ring):
    for broken in ("{}", "not json", '{"current": "k1", "keys": {}, "index": {"key": ""}}'):
        own_ring.write_text(broken)
        with pytest.raises(ImproperlyConfigured, match="KEY_FILE"):
            checks.refuse_to_start_without_keys()
    own_ring.unlink()
    with pytest.raises(ImproperlyConfigured, match=r"KEY_FILE.*make_keys"):
        checks.refuse_to_start_without_keys()


def test_line_27_new_keys_are_for_their_owner_alone_and_never_made_twice(tmp_path, capsys):
    with override_settings(KEY_FILE=tmp_path / "deep" / "keys.json"):
        call_command("make_keys")
        first = settings.KEY_FILE.read_text()
        assert oct(settings.KEY_FILE.stat().st_mode & 0o777) == "0o600"
        call_command("make_keys")
        assert settings.KEY_FILE.read_text() == first
    assert list(tmp_path.rglob("*")) == [tmp_path / "deep", tmp_path / "deep" / "keys.json"]


def test_line_27_no_setting_and_no_representation_shows_a_key():
    ring = sealing.ring()
    secrets = [ring.index_key, *(key.secret for key in ring.keys.values())]
    shown = [repr(getattr(settings, name)) for name in dir(settings)] + [repr(ring), repr(ring.keys)]
    shown += [repr(os.environ), str(ring)]
    for secret in secrets:
        for text in shown:
            assert secret.hex() not in text
            assert sealing._encode(secret) not in text
            assert repr(secret) not in text


@pytest.mark.parametrize("command", ["check", "worker"])
def test_line_27_no_program_of_production_starts_without_keys(tmp_path, command):
    done = subprocess.run(
        [sys.executable, "-m", "django", command, *(["--once"] if command == "worker" else [])],
        env={
            **os.environ,
            "BANGFU_MODE": "production",
            "BANGFU_DATA": str(tmp_path),
            "SECRET_KEY": "x7" + os.urandom(40).hex(),
            "ALLOWED_HOSTS": "bangfu.example",
            "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        },
        capture_output=True,
        text=True,
        cwd=Path(settings.ROOT),
        check=False,
    )
    assert done.returncode != 0
    assert "KEY_FILE" in done.stderr


def test_line_25_everything_stays_readable_while_the_master_key_changes(own_ring, db):
    lin, chen = person(*LIN), person(*CHEN)
    wrapped, current = rotation.rotate(at=timezone.now())
    assert (wrapped, current) == (DataKey.objects.count(), "k2")
    assert again(lin).name == "林晓"
    assert person("新来的", "369921200811040039", "").sealed_by.key_id == "k2"
    # The old key is retired, and leaves only when its time is over.
    assert rotation.drop_retired(at=timezone.now()) == []
    assert rotation.drop_retired(at=timezone.now() + rotation.GRACE) == ["k1"]
    assert set(sealing.ring().keys) == {"k2"}
    assert (again(lin).name, again(chen).id_no) == ("林晓", CHEN[1])


def test_line_25_an_interrupted_rotation_is_continued_and_loses_nothing(own_ring, db, monkeypatch):
    people = [person(f"人{n}", "", "") for n in range(5)]
    rewrap = DataKey.rewrap
    done: list[DataKey] = []

    def power_cut(key: DataKey) -> bool:
        if len(done) == 2:
            raise SystemExit
        done.append(key)
        return rewrap(key)

    monkeypatch.setattr(DataKey, "rewrap", power_cut)
    with pytest.raises(SystemExit):
        rotation.rotate(at=timezone.now())
    assert [again(one).name for one in people] == [f"人{n}" for n in range(5)]
    assert rotation.drop_retired(at=timezone.now() + rotation.GRACE) == []
    monkeypatch.setattr(DataKey, "rewrap", rewrap)
    wrapped, current = rotation.rotate(at=timezone.now())
    assert (wrapped, current) == (3, "k2")
    assert rotation.drop_retired(at=timezone.now() + rotation.GRACE) == ["k1"]
    assert [again(one).name for one in people] == [f"人{n}" for n in range(5)]


def test_line_25_a_running_process_notices_the_new_ring(own_ring, db):
    lin = person(*LIN)
    other_process = sealing.KeyRing.from_json(own_ring.read_text()).with_new_master(at=timezone.now())
    sealing.write_ring(other_process)
    assert sealing.ring().current == "k2"
    assert again(lin).name == "林晓"


def test_line_25_the_command_says_what_it_did(own_ring, db, capsys):
    person(*LIN)
    call_command("rotate_keys", "--drop-now")
    said = capsys.readouterr().out
    assert "k2" in said
    assert "Dropped from the ring: k1" in said


def test_sessions_lie_sealed_and_a_foreign_one_is_empty():
    serializer = SealedSerializer()
    sealed = serializer.dumps({"phone": "13900000001"})
    assert b"13900000001" not in sealed
    assert serializer.loads(sealed) == {"phone": "13900000001"}
    assert serializer.loads(b"k9.AAAA") == {}
    assert serializer.loads(sealed[:-6] + b"AAAA==") == {}


def test_the_house_has_one_key_for_each_purpose(db):
    assert HouseKey.of("second factor") == HouseKey.of("second factor")
    assert HouseKey.of("second factor") != HouseKey.of("something else")
