from odoo.tests import TransactionCase
from odoo.tools.convert import convert_file

MODULE = 'mrp_production_stage'


class DemoCommon(TransactionCase):
    """The demo data as it is installed; where it is not, its files are loaded for the time of the tests."""

    #: Which of the demo's files tell the story, in the order of the manifest
    demo_files = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref(f'base.module_{MODULE}').demo:
            for name in cls.demo_files:
                convert_file(cls.env, MODULE, f'demo/{name}_demo.xml', {}, mode='init', noupdate=True)

    @classmethod
    def _ref(cls, name):
        return cls.env.ref(f'{MODULE}.{name}')

    def _work(self, *stages):
        for stage in stages:
            stage.stage_start()
            stage.stage_finish()
