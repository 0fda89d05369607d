"""Files in a bucket: S3, or what speaks as it does (MinIO, Ceph, R2); obstore does the talking.

The sources are AWS's "Amazon S3 API Reference" (2006-03-01) and obstore's documentation.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from bot import BlobId, BlobMissingError, Blobs, ConfigError, Secret, StoreError

T = TypeVar("T")
MOST_BYTES = 64 * 1024 * 1024
"""Of one file: no more is ever put (`bot.Image` and `bot.File`), so no more is read."""
CONNECTING = timedelta(seconds=5)
PAUSE = timedelta(seconds=1)
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_URL = re.compile(
    r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[A-Za-z0-9._/-]*))?", re.ASCII
)
_ENDPOINT = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/?|https?://\[[0-9a-f:]+\](?::\d+)?/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """The table ``[state.s3]``.

    Attributes:
        endpoint_url: of a service that is not Amazon's; "" is Amazon's own in the region.
        region: as the service calls it.
        access_key: with ``secret_key``; without both the usual places are asked: AWS's own
            environment variables, then what the machine or its container is given as a role.
        secret_key: see there.
        virtual_hosted: whether the bucket is part of the host's name instead of the path.
        timeout: for all of one file.
    """

    endpoint_url: str = ""
    region: str = "us-east-1"
    access_key: Secret | None = None
    secret_key: Secret | None = None
    virtual_hosted: bool = False
    timeout: timedelta = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if self.endpoint_url and _ENDPOINT.fullmatch(self.endpoint_url) is None:
            raise ValueError('endpoint_url is no address; write it like "https://s3.example.com"')
        if (self.access_key is None) is not (self.secret_key is None):
            raise ValueError("access_key and secret_key belong together; add the other line")
        if not self.region:
            raise ValueError('region is empty; write it like "eu-central-1"')
        if self.timeout <= timedelta(0):
            raise ValueError("timeout must be above 0; change it")


@asynccontextmanager
async def open_blobs(url: str, settings: S3Settings) -> AsyncIterator[Blobs]:
    """Open a bucket, ``s3://bucket/prefix``; nothing is asked of it yet, for it may be away.

    Raises ConfigError where the URL is none.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise ConfigError('state.blobs: is no bucket; write it like "s3://my-bucket/bot"')
    prefix = (found["prefix"] or "").strip("/")
    yield S3Blobs(_store_of(found["bucket"], prefix, settings), settings.timeout)


@dataclass(frozen=True, slots=True)
class S3Blobs:
    """See `bot.Blobs`; one object a file, under its hash."""

    store: S3Store
    timeout: timedelta

    async def put(self, data: bytes) -> BlobId:
        """See `bot.Blobs.put`; what is there in full length is not sent again."""
        blob = BlobId(hashlib.sha256(data).hexdigest())
        path = _path(blob)
        if await self._size(path) != len(data):
            putting = obstore.put_async(self.store, path, data, use_multipart=False)
            try:
                await self._within(putting)
            except FileNotFoundError as error:
                raise StoreError("a file cannot be kept: there is no such bucket") from error
        return blob

    async def get(self, blob: BlobId) -> bytes:
        """See `bot.Blobs.get`."""
        if _NAME.fullmatch(blob) is None:
            raise BlobMissingError("there is no such file")
        try:
            data = await self._within(self._read(_path(blob)))
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise StoreError("a file cannot be read: there is no such bucket") from None
            raise BlobMissingError("a file is no longer in the bucket") from None
        if hashlib.sha256(data).hexdigest() != blob:
            raise BlobMissingError("a file in the bucket is damaged")
        return data

    async def _size(self, path: str) -> int | None:
        try:
            found = await self._within(obstore.head_async(self.store, path))
        except FileNotFoundError:
            return None
        return found["size"]

    async def _read(self, path: str) -> bytes:
        answer = await obstore.get_async(self.store, path)
        if answer.meta["size"] > MOST_BYTES:
            raise BlobMissingError("a file in the bucket is damaged")
        return bytes(await answer.bytes_async())

    async def _within(self, work: Awaitable[T]) -> T:
        """Wait for the bucket; its own errors tell addresses and keys, so only their kind is told.

        Raises FileNotFoundError where it has no such object, else StoreError.
        """
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                return await work
        except FileNotFoundError:
            raise
        except (BaseError, OSError, TimeoutError, ValueError) as error:
            raise StoreError(f"the bucket does not serve: {type(error).__name__}") from None


def _path(blob: BlobId) -> str:
    return f"{blob[:2]}/{blob}"


def _store_of(bucket: str, prefix: str, settings: S3Settings) -> S3Store:
    return S3Store(
        bucket,
        prefix=prefix or None,
        endpoint=endpoint_of(bucket, settings),
        region=settings.region,
        virtual_hosted_style_request=settings.virtual_hosted,
        checksum_algorithm="SHA256",
        # by a function: as settings they would be mixed with AWS's own environment variables
        credential_provider=_given(settings),  # type: ignore[arg-type]  # its type is in stubs only
        client_options={
            "allow_http": settings.endpoint_url.startswith("http://"),
            "connect_timeout": min(CONNECTING, settings.timeout),
            "timeout": settings.timeout,
        },
        retry_config={
            "max_retries": 2,
            "retry_timeout": settings.timeout,
            "backoff": {"init_backoff": PAUSE / 10, "max_backoff": PAUSE, "base": 2},
        },
    )


def _given(settings: S3Settings) -> Callable[[], dict[str, str | None]] | None:
    """Make what hands over the keys; None where AWS's usual places are asked."""
    key, secret = settings.access_key, settings.secret_key
    if key is None or secret is None:
        return None
    keys = {"access_key_id": key.reveal(), "secret_access_key": secret.reveal()}
    return lambda: {**keys, "token": None, "expires_at": None}


def endpoint_of(bucket: str, settings: S3Settings) -> str:
    """Write where the bucket is; in obstore's way its name is in it if it is to be in the host."""
    url = settings.endpoint_url.rstrip("/") or f"https://s3.{settings.region}.amazonaws.com"
    scheme, _, host = url.partition("://")
    return f"{scheme}://{bucket}.{host}" if settings.virtual_hosted else url
