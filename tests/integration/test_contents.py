"""Where pictures are kept: a folder, or a bucket of an S3-compatible server; moto stands in and checks signatures."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from connectors.sms.pictures import SmsPictures
from hotline.attachments.collector import Collector
from hotline.attachments.model import Keeping, NotNow
from hotline.attachments.ports import Contents
from hotline.audit.whence import Whence
from hotline.city import City
from hotline.settings import Settings
from hotline.storage.contents import Bucket, Folder, contents
from tests.conftest import SetClock
from tests.integration.test_sms_pictures import picture
from tests.integration.texting import AGENT, ANNA, a_line, account_of, ticket_of

EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
REGION = "us-east-1"


@dataclass(frozen=True)
class Provider:
    """A server with the bucket `pictures`, and its credentials."""

    url: str
    key: str
    secret: str

    def bucket(self, **changes: str) -> Bucket:
        """The bucket as the hotline makes it."""
        values = {"url": f"{self.url}/pictures", "key": self.key, "secret": self.secret, "region": REGION}
        return Bucket(**values | changes)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A server that refuses requests without an account."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"

    def client(service: str) -> Any:
        keys = {"aws_access_key_id": "first", "aws_secret_access_key": "first"}
        return boto3.client(service, endpoint_url=url, region_name=REGION, **keys)

    iam = client("iam")
    iam.create_user(UserName="hotline")
    iam.put_user_policy(UserName="hotline", PolicyName="all", PolicyDocument=EVERYTHING)
    made = iam.create_access_key(UserName="hotline")["AccessKey"]
    client("s3").create_bucket(Bucket="pictures")
    requests.post(f"{url}/moto-api/reset-auth", data="0", timeout=10)  # from now on
    yield Provider(url, made["AccessKeyId"], made["SecretAccessKey"])
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Contents:
    """Each of the two places."""
    return Folder(tmp_path / "kept") if request.param == "folder" else request.getfixturevalue("provider").bucket()


def test_what_is_kept_can_be_read(place: Contents) -> None:
    place.keep("a" * 32, picture(), "image/jpeg")
    place.keep("a" * 32, picture(), "image/jpeg")
    assert place.read("a" * 32) == picture()


def test_what_was_never_kept_is_not_there(place: Contents) -> None:
    with pytest.raises(KeyError):
        place.read("b" * 32)


def test_files_are_for_the_hotlines_user_only(tmp_path: Path) -> None:
    Folder(tmp_path / "kept").keep("a", picture(), "image/jpeg")
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    assert (tmp_path / "kept" / "a").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["a"]


def test_a_disk_that_takes_nothing_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    with pytest.raises(NotNow):
        Folder(tmp_path / "kept").keep("a", picture(), "image/jpeg")
    with pytest.raises(NotNow):
        Folder(tmp_path / "kept").read("a")


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://127.0.0.1:1/pictures"}, {"secret": "not-this-one"}, {"key": "nobody"}],
    ids=["away", "secret", "key"],
)
def test_a_bucket_that_does_not_answer_or_refuses_is_tried_again_later(
    provider: Provider, wrong: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    bucket = provider.bucket(**wrong)
    with pytest.raises(NotNow):
        bucket.keep("a", picture(), "image/jpeg")
    with pytest.raises(NotNow):
        bucket.read("a")
    assert caplog.text.count("the bucket of the attachments") == 2
    assert provider.secret not in caplog.text


class BreaksOff(BaseHTTPRequestHandler):
    """A server that promises a content and sends half of it."""

    def do_GET(self) -> None:
        """Half a content."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 50)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


def test_a_bucket_that_breaks_off_in_the_middle_is_tried_again_later() -> None:
    with HTTPServer(("127.0.0.1", 0), BreaksOff) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(NotNow):
            Bucket(f"http://127.0.0.1:{server.server_port}/pictures", "key", "secret", REGION).read("a")
        server.shutdown()


def test_strangers_get_nothing_from_the_bucket(provider: Provider) -> None:
    provider.bucket().keep("c" * 32, picture(), "image/jpeg")
    assert requests.get(f"{provider.url}/pictures/{'c' * 32}", timeout=10).status_code == 403


def test_a_bucket_may_be_named_by_its_host(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some providers require."""
    look_up = socket.getaddrinfo

    def of_this_machine(host: str, *more: Any, **named: Any) -> Any:
        return look_up("127.0.0.1" if host == "pictures.localhost" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", of_this_machine)
    provider.bucket(url=provider.url.replace("127.0.0.1", "pictures.localhost")).keep("d", picture(), "image/jpeg")
    assert provider.bucket().read("d") == picture()


def test_the_setting_chooses_the_place(tmp_path: Path) -> None:
    assert isinstance(contents(Settings(data=tmp_path)), Folder)
    assert isinstance(contents(Settings(data=tmp_path, attachments_url="https://s3.example.cn/pictures")), Bucket)


async def test_a_texted_picture_is_kept_in_the_bucket_and_nowhere_else(
    provider: Provider, tmp_path: Path, sqlite_url: str, valkey_url: str, clock: SetClock, city: City
) -> None:
    where = {"attachments_key": provider.key, "attachments_secret": provider.secret}
    url = f"{provider.url}/pictures"
    async with a_line(tmp_path, sqlite_url, valkey_url, clock, city, attachments_url=url, **where) as line:
        await line.double.text(ANNA, "这个路灯坏了", pictures=[("image/jpeg", picture())])
        ticket = ticket_of(line, "m1")
        fetcher = SmsPictures(account_of(line.hotline.settings))
        await Collector(line.hotline.attachments, {"sms": fetcher}).step()
        await fetcher.close()
        [kept] = line.hotline.attachments.of_ticket(ticket.number, AGENT)
        assert kept.state is Keeping.KEPT
        shown = line.hotline.attachments.show_of_ticket(ticket.number, kept.id, AGENT, Whence.TICKET)
    assert (shown.type, shown.content) == ("image/jpeg", picture())
    assert provider.bucket().read(kept.id) == picture()
    assert not (tmp_path / "attachments").exists()
