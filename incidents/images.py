"""Uploaded images: told by their own bytes, fitted, and written anew, which drops whatever else the file carried."""

import io
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class NotAnImage(ValueError):
    """Bytes that are none of the formats we take, or hide more than they say."""


def png_of(upload: BinaryIO, *, max_side: int) -> bytes:
    """The image as PNG, no side longer than `max_side` pixels, turned upright; raises NotAnImage.

    Neither the name nor the type that a browser claims is looked at. EXIF, with the place where a picture was taken,
    colour profiles and comments stay behind.
    """
    upload.seek(0)
    try:
        with Image.open(upload, formats=FORMATS) as image:
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((max_side, max_side))
            plain = Image.new("RGBA", upright.size)
            plain.paste(upright.convert("RGBA"))
            written = io.BytesIO()
            plain.save(written, "PNG", optimize=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAnImage("This is not a PNG, JPEG, WebP or GIF image.") from error
    return written.getvalue()


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of an image that `png_of` wrote, in pixels."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return image.size
