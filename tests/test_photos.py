import base64
import hashlib
import struct
import zlib
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.order import photo as photo_module
from .common import StageCommon
from .photos import make_photo, make_picture, read_picture

ORIENTATION, DESCRIPTION = 0x112, 0x10e


@tagged('post_install', '-at_install')
class TestPhotos(StageCommon):
    """What becomes of photos that come with an act, be it photos of a finish or answers to a check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template.operation_ids[0].checklist_ids = [
            Command.create({'name': "Tray", 'kind': 'photo', 'is_required': False})]
        cls.order = cls._create_order(20)
        cls.roasting = cls.order.workorder_ids[0]
        cls.roasting.stage_start()

    def setUp(self):
        super().setUp()
        self.stage = self._as(self.roasting, self.operator_user)
        self.stage.stage_resume()

    def _finish(self, *photos, **options):
        return self.stage.stage_finish(qty=1, photos=list(photos), **options)

    def _keep(self, *photos):
        """Finish with photos; return what is kept of them."""
        self._finish(*photos)
        self.env.invalidate_all()
        return self.order.event_ids.sorted('id')[-1].photo_ids.sorted('id')

    def _read_state(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.order.event_ids.ids, self.roasting.qty_produced, self.order.check_answer_ids.ids,
            self.env['ir.attachment'].search_count([
                ('res_model', 'in', ('mrp.workorder', 'mrp.stage.check.answer')), ('res_field', 'in', (
                    False, 'value_photo'))]))

    def _assert_refused(self, pattern, photo):
        """Refused, be it a photo of the finish or an answer, and nothing changes."""
        check = self.roasting.checklist_ids
        for arguments in ({'photos': [photo]}, {'checks': [{'check_id': check.id, 'value': photo}]}):
            before = self._read_state()
            with self.assertRaisesRegex(UserError, pattern) as refusal:
                self.stage.stage_finish(qty=1, **arguments)
            self.assertRegex(str(refusal.exception), r'^[^%]+\.$')
            self.assertEqual(self._read_state(), before)

    # ------------------------------------------------------------
    # What is kept
    # ------------------------------------------------------------

    def test_a_large_photo_is_shrunk_upright_and_plain(self):
        exif = Image.Exif()
        exif[ORIENTATION] = 6  # taken with the phone upright: to be turned by a quarter
        exif[DESCRIPTION] = "where it was taken"
        sent = make_picture((4000, 3000), exif=exif, comment=b"who took it")
        self.assertIn(b"where it was taken", sent)
        kept = self._keep(make_photo("drum.jpeg", sent))
        self.assertEqual((kept.name, kept.mimetype), ("drum.jpg", 'image/jpeg'))
        picture = read_picture(kept.raw)
        self.assertEqual((picture.format, picture.size), ('JPEG', (1440, 1920)))
        self.assertFalse(picture.getexif())
        for secret in (b"where it was taken", b"who took it"):
            self.assertNotIn(secret, kept.raw)

    def test_a_small_one_loses_its_metadata_too(self):
        kept = self._keep(make_photo("drum.jpg", size=(40, 30), comment=b"who took it"))
        self.assertEqual(read_picture(kept.raw).size, (40, 30))
        self.assertNotIn(b"who took it", kept.raw)

    def test_every_kind_of_picture_becomes_a_jpeg(self):
        names = ["a.png", "a.webp", "a.gif", "a.bmp", "no suffix"]
        kept = self._keep(*(
            make_photo(name, file_format=file_format)
            for name, file_format in zip(names, ('PNG', 'WEBP', 'GIF', 'BMP', 'JPEG'))))
        self.assertEqual(kept.mapped('name'), ["a.jpg", "a.jpg", "a.jpg", "a.jpg", "no suffix.jpg"])
        self.assertEqual({read_picture(photo.raw).format for photo in kept}, {'JPEG'})

    def test_what_is_transparent_is_white(self):
        kept = self._keep(make_photo("a.png", file_format='PNG', mode='RGBA', color=(0, 0, 0, 0)))
        self.assertEqual(read_picture(kept.raw).getpixel((0, 0)), (255, 255, 255))

    def test_a_photo_that_answers_a_check(self):
        self.stage.stage_finish(qty=1, checks=[
            {'check_id': self.roasting.checklist_ids.id, 'value': make_photo("tray.png", size=(2000, 10))}])
        answer = self.order.check_answer_ids
        self.assertEqual(answer.answer, "tray.jpg")
        self.assertEqual(read_picture(base64.b64decode(answer.value_photo)).size, (1920, 10))

    def test_a_repetition_is_known_by_what_was_sent(self):
        """However the photo is shrunk by then."""
        photo = make_photo("drum.jpg", size=(2000, 10), color='red')
        first = self._finish(photo, client_key='photo-1')
        with patch.object(photo_module, 'MAX_SIDE', 100):
            self.assertEqual(self._finish(photo, client_key='photo-1'), first | {'replayed': True})
        event = self.env['mrp.workorder.event'].browse(first['event_id'])
        sent = hashlib.sha256(base64.b64decode(photo['data'])).hexdigest()
        self.assertEqual(event.request['photos'], [{'name': "drum.jpg", 'sha256': sent}])
        self.assertEqual(len(event.photo_ids), 1)

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------

    def test_what_is_no_picture(self):
        picture = make_picture((40, 30))
        vector = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for data in (b'', b"no picture", b"%PDF-1.4", vector, picture[:len(picture) // 2], b"GIF89a" + b"x" * 20):
            with self.subTest(data=data[:20]):
                self._assert_refused("trick.png is not a photo. Send a picture", make_photo("trick.png", data))
        for photo in (
            "photo.jpg", None, {}, {'name': "photo.jpg"}, {'name': "photo.jpg", 'data': 5},
            {'name': "photo.jpg", 'data': "no base64"}, {'name': "photo.jpg", 'data': "é"},
            make_photo(name=""), make_photo(name=None), make_photo(name=["photo.jpg"]), make_photo(name="a\0.jpg"),
        ):
            with self.subTest(photo=str(photo)[:40]), self.assertRaisesRegex(UserError, "is not a photo"):
                self._finish(photo)
        with self.assertRaisesRegex(UserError, "Photos are given as a list"):
            self.stage.stage_finish(photos=make_photo())

    def test_too_many_pixels(self):
        """Told before anything is unpacked: of the last two there is nothing but the head."""
        self._assert_refused(
            "wall.png is too large: a photo has at most 50 million pixels",
            make_photo("wall.png", size=(8000, 8000), mode='1', file_format='PNG'))
        for side in (9000, 60000):
            bomb = make_photo("bomb.png", self._make_bomb(side))
            with patch.object(Image.Image, 'load', side_effect=AssertionError("unpacked")):
                self._assert_refused("bomb.png is too large", bomb)

    def _make_bomb(self, side):
        """A small file that says it is a large picture."""
        picture = make_picture(file_format='PNG')
        head = b'IHDR' + struct.pack('>II', side, side) + picture[24:29]
        return picture[:12] + head + struct.pack('>I', zlib.crc32(head)) + picture[33:]

    def test_too_many_bytes(self):
        photo = make_photo("drum.bmp", size=(100, 100), file_format='BMP')
        size = len(base64.b64decode(photo['data']))
        with patch.object(photo_module, 'MAX_BYTES', size - 1):
            self._assert_refused("drum.bmp is too large: a photo has at most 0 MB", photo)
        with patch.object(photo_module, 'MAX_BYTES', 10):
            self._assert_refused("drum.bmp is too large", photo)
        with patch.object(photo_module, 'MAX_BYTES', size):
            self.assertTrue(self._keep(photo))
