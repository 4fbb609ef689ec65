"""Photos that come with an act: whatever a caller sends becomes a small plain JPEG or a `UserError`."""

import base64
import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from os.path import splitext

# Odoo has Pillow read few formats; pictures from phones may be in this one, too.
from PIL import Image, ImageOps, WebPImagePlugin  # noqa: F401

from odoo.exceptions import UserError
from odoo.tools.image import IMAGE_MAX_RESOLUTION

MAX_SIDE = 1920
QUALITY = 85
#: What the largest cameras of phones make is well below.
MAX_BYTES = 25 * 1024 * 1024
FORMATS = ('JPEG', 'PNG', 'WEBP', 'GIF', 'BMP')
#: What Pillow raises where a file is broken, or is something else.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error, zlib.error)


class FileTooLargeError(Exception):
    """A file has more bytes than a camera makes."""


class PictureTooLargeError(Exception):
    """A picture would need too much memory."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of an act.

    :ivar name: as it was sent
    :ivar image: what is kept: a JPEG of at most `MAX_SIDE` pixels, upright, without metadata
    :ivar sha256: of what was sent, so that a repetition is known whatever is made of the photo
    """

    name: str
    image: bytes
    sha256: str

    @property
    def file_name(self):
        """The name of what is kept."""
        return f"{splitext(self.name)[0]}.jpg"

    def digest(self):
        """Return what tells photos apart, short enough to be logged."""
        return {'name': self.name, 'sha256': self.sha256}


def check_photos(env, photos):
    """Return photos as `Photo`.

    :param photos: list of ``{'name', 'data'}``, the data in base64
    :raises UserError: something is not a photo, or too large
    """
    if not isinstance(photos, (list, tuple)):
        raise UserError(env._("Photos are given as a list."))
    return [_check_photo(env, photo) for photo in photos]


def shrink(data):
    """Return a picture as a JPEG of at most `MAX_SIDE` pixels, upright, without metadata.

    :param bytes data: a file in one of `FORMATS`; of an animation the first picture counts
    :raises PictureTooLargeError: the picture has too many pixels
    :raises BROKEN: it is no picture
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise PictureTooLargeError from None
    # Nothing has been unpacked so far.
    if picture.width * picture.height > IMAGE_MAX_RESOLUTION:
        raise PictureTooLargeError
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture = ImageOps.exif_transpose(picture).convert('RGBA')
    # A new picture has nothing of what came with the old one.
    plain = Image.new('RGB', picture.size, 'white')
    plain.paste(picture, mask=picture)
    kept = io.BytesIO()
    plain.save(kept, 'JPEG', quality=QUALITY, optimize=True)
    return kept.getvalue()


def _check_photo(env, photo):
    name, encoded = (photo.get('name'), photo.get('data')) if isinstance(photo, dict) else (None, None)
    if not isinstance(name, str) or '\0' in name:
        name = None
    label = name or env._("A file")
    try:
        data = _decode(encoded)
        image = shrink(data)
    except FileTooLargeError:
        raise UserError(env._(
            "%(name)s is too large: a photo has at most %(count)s MB. Take it with a lower resolution.",
            name=label, count=MAX_BYTES // 1024 ** 2)) from None
    except PictureTooLargeError:
        raise UserError(env._(
            "%(name)s is too large: a photo has at most %(count)s million pixels. Take it with a lower resolution.",
            name=label, count=round(IMAGE_MAX_RESOLUTION / 1e6))) from None
    except BROKEN:
        image = None
    if not name or not image:
        raise UserError(env._(
            "%(name)s is not a photo. Send a picture that is a JPEG, PNG, WebP, GIF or BMP file.", name=label))
    return Photo(name, image, hashlib.sha256(data).hexdigest())


def _decode(encoded):
    """Return a file that came in base64.

    :raises FileTooLargeError: it has too many bytes
    :raises BROKEN: it is not base64
    """
    # Four characters are three bytes.
    if len(encoded) * 3 / 4 > MAX_BYTES + 3:
        raise FileTooLargeError
    data = base64.b64decode(encoded, validate=True)
    if len(data) > MAX_BYTES:
        raise FileTooLargeError
    return data
