"""Object stores that speak S3, through django-storages."""

from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from storages.backends.s3 import S3Storage

from status.serving.headers import LIVE, cache_control
from status.serving.shelf import content_type

from .flat import MANIFEST
from .naming import name_of

CONNECT_SECONDS = 4
READ_SECONDS = 10


class PublicBucket(S3Storage):
    """A bucket whose objects say their type and how long they may be kept, so that a CDN can serve them as they are.

    Objects are stored plain, without a Content-Encoding: an object store doesn't look at Accept-Encoding, so a
    compressed object would be sent to clients that never asked for one. CDNs compress at the edge.
    """

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """The headers that the object store keeps with an object."""
        key = name.removeprefix(self.location).lstrip("/")
        file = name_of(key)
        return {"ContentType": content_type(file), "CacheControl": LIVE if key == MANIFEST else cache_control(file)}


def bucket(*, name: str, prefix: str, endpoint: str, region: str, access_key: str, secret_key: str) -> PublicBucket:
    """A bucket, or the part of it under a prefix, that never waits long."""
    return PublicBucket(
        bucket_name=name,
        location=prefix,
        endpoint_url=endpoint or None,
        region_name=region or "us-east-1",
        access_key=access_key,
        secret_key=secret_key,
        security_token=None,
        default_acl=None,
        file_overwrite=True,
        gzip=False,
        querystring_auth=False,
        transfer_config=TransferConfig(use_threads=False),
        client_config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 2},
            max_pool_connections=10,
            # Stores other than AWS's don't all know the checksums that newer clients add of themselves.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )
