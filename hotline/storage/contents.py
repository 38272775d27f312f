"""Stores the contents of attachments: as files in a folder, or as objects in an S3-compatible bucket."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from hotline.atomic_files import written_whole
from hotline.attachments.model import NotNow
from hotline.attachments.ports import Contents
from hotline.settings import Settings

logger = logging.getLogger(__name__)

CONNECT_SECONDS, ANSWER_SECONDS = 5, 20
TRIES = 2


def contents(settings: Settings) -> Contents:
    """The bucket from the settings, or a folder in the data folder."""
    if settings.attachments_url:
        return Bucket(
            settings.attachments_url,
            settings.attachments_key or "",
            settings.attachments_secret or "",
            settings.attachments_region,
        )
    return Folder(settings.data / "attachments")


class Folder:
    """Files named by their ids, readable by the hotline's user only. Implements hotline.attachments.ports.Contents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, id: str, content: bytes, type: str) -> None:
        """See hotline.attachments.ports.Contents. The file is complete and on the disk, or not there at all."""
        try:
            with written_whole(self._folder / id) as file:
                file.write(content)
        except OSError as problem:
            logger.error("a picture could not be stored: %s", problem.strerror)
            raise NotNow("disk") from problem

    def read(self, id: str) -> bytes:
        """See hotline.attachments.ports.Contents."""
        try:
            return (self._folder / id).read_bytes()
        except FileNotFoundError:
            raise KeyError(id) from None
        except OSError as problem:
            logger.error("a picture could not be read: %s", problem.strerror)
            raise NotNow("disk") from problem


class Bucket:
    """Objects named by their ids. Implements hotline.attachments.ports.Contents.

    `url` names the bucket in one of S3's two ways: `https://host/bucket`, or `https://bucket.host`.
    """

    def __init__(self, url: str, key: str, secret: str, region: str) -> None:
        address = urlsplit(url)
        self._name = address.path.strip("/") or address.netloc.partition(".")[0]
        self._by_path = bool(address.path.strip("/"))
        host = address.netloc if self._by_path else address.netloc.partition(".")[2]
        self._endpoint = f"{address.scheme}://{host}"
        self._key, self._secret, self._region = key, secret, region
        self._making = Lock()

    def keep(self, id: str, content: bytes, type: str) -> None:
        """See hotline.attachments.ports.Contents."""
        self._do("put_object", Key=id, Body=content, ContentType=type)

    def read(self, id: str) -> bytes:
        """See hotline.attachments.ports.Contents."""
        content: bytes = self._do("get_object", Key=id)
        return content

    def _do(self, name: str, **values: Any) -> Any:
        """Call a client method; returns the content in the bucket's answer, if any."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = getattr(self._made, name)(Bucket=self._name, **values)
            return answer["Body"].read() if "Body" in answer else None
        except ClientError as refused:
            code = str(refused.response.get("Error", {}).get("Code", "refused"))
            if code == "NoSuchKey":
                raise KeyError(values["Key"]) from None
            logger.error("the bucket of the attachments refuses: %s", code)
            raise NotNow(f"bucket_{code}") from refused
        except BotoCoreError as problem:
            logger.error("the bucket of the attachments does not answer: %s", type(problem).__name__)
            raise NotNow(f"bucket_{type(problem).__name__}") from problem

    @property
    def _made(self) -> Any:
        with self._making:
            return self._client

    @cached_property
    def _client(self) -> Any:
        """The client; made at first use, because that takes a moment. Uses only what every S3-compatible server has."""
        import boto3.session
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if self._by_path else "virtual"},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"total_max_attempts": TRIES},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self._endpoint,
            region_name=self._region,
            aws_access_key_id=self._key,
            aws_secret_access_key=self._secret,
            config=config,
        )
