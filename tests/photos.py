"""Pictures for tests, made in memory."""

import base64
import io

from PIL import Image


def make_picture(size=(4, 3), file_format='JPEG', mode='RGB', color='black', **options):
    """Return the bytes of a picture."""
    content = io.BytesIO()
    Image.new(mode, size, color).save(content, file_format, **options)
    return content.getvalue()


def make_photo(name="photo.jpg", data=None, **options):
    """Return a photo as the API takes it."""
    return {'name': name, 'data': base64.b64encode(make_picture(**options) if data is None else data).decode()}


def read_picture(data):
    """Return the picture that a file holds."""
    return Image.open(io.BytesIO(data))
