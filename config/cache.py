"""The shared cache on Redis, which people must be able to sign in without."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = 10.0
"""Seconds for which Redis is left alone once it failed, so that no sign-in adds up many time-outs."""


class RedisElseFilesCache(RedisCache):
    """Redis; while it is away, files of this machine, so that sign-in goes on and stays throttled."""

    away_until = 0.0  # of the whole process, on time.monotonic()'s clock

    @staticmethod
    def _else_files(name: str) -> Callable[..., Any]:
        operation = getattr(RedisCache, name)

        def ask(cache: RedisCache, *args: Any, **options: Any) -> Any:
            if time.monotonic() >= RedisElseFilesCache.away_until:
                try:
                    return operation(cache, *args, **options)
                except RedisError as error:
                    logger.warning("Redis can't be reached (%s); the cache in files stands in.", error)
                    RedisElseFilesCache.away_until = time.monotonic() + ASK_AGAIN_AFTER
            return getattr(caches["files"], name)(*args, **options)

        return ask

    add = _else_files("add")
    get = _else_files("get")
    set = _else_files("set")
    touch = _else_files("touch")
    delete = _else_files("delete")
    get_many = _else_files("get_many")
    has_key = _else_files("has_key")
    incr = _else_files("incr")
    set_many = _else_files("set_many")
    delete_many = _else_files("delete_many")
    clear = _else_files("clear")
