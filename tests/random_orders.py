from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from .common import StageCommon
from .perpetual import PerpetualValuation

MODES = ('whole', 'unit', 'split')
METHODS = ('standard', 'average', 'fifo')
POLICIES = ('included', 'separate')

# How often random orders take which act; the more often, the further they come.
ACTS = {
    'work': 18, 'join': 2, 'pause': 4, 'hold': 1, 'cancel_start': 3,
    'send_back': 4, 'send_to_start': 2, 'write_off': 2, 'withdraw': 4, 'decide': 4,
    'input': 1, 'output': 2, 'loss': 3, 'reverse': 2,
    'correct_time': 4, 'remove_time': 3, 'subcontract': 2, 'scrap_button': 1,
    'change_rates': 1, 'buy': 1,
}


class RandomOrders(PerpetualValuation, StageCommon):
    """A pottery whose orders take random acts through the door, several people at once, at prices and rates that change
    meanwhile and come out even nowhere. Stock is valued perpetually."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What the chatter says is not what this is about.
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.people = cls.operator | cls.helper | cls.supervisor
        cls.categories = {method: cls.env['product.category'].create(
            {'name': f"Pottery, {method}", 'property_cost_method': method}) for method in METHODS}
        cls.cup = cls._create_product("Cup", cls.unit, cost=7.77)
        cls.clay = cls._create_product("Clay", cls.kg, cost=3.33)
        cls.glaze = cls._create_product("Glaze", cls.kg, cost=19.99)
        cls.chips = cls._create_product("Chips", cls.kg, cost=0.71)
        cls.sherds = cls._create_product("Sherds", cls.kg, cost=0.37)
        cls.blank_cup = cls._create_product("Blank cup", cls.kg)
        cls.materials = cls.clay | cls.glaze
        cls.clay.product_tmpl_id.scrap_product_id = cls.sherds
        cls.cup_template = cls._create_cup_template()
        cls.workcenters = cls.cup_template.operation_ids.workcenter_id
        cls._set_perpetual(*cls.categories.values())
        cls.reason = cls.env['mrp.defect.reason'].create({'name': "Crack", 'code': "RUN"})
        cls.painter = cls.env['res.partner'].create({'name': "Painter"})
        cls.hold_reason = cls.env['mrp.hold.reason'].create({'name': "Power cut"})

    @classmethod
    def _create_cup_template(cls):
        wheel, kiln = cls.env['mrp.workcenter'].create([
            {'name': name, 'costs_hour': rate}
            for name, rate in (("Wheel", 3.13), ("Kiln", 31.17))])
        template = cls.env['mrp.bom'].create({
            'product_tmpl_id': cls.cup.product_tmpl_id.id, 'use_stages': True,
            'operation_ids': [
                Command.create({
                    'name': "Turning", 'sequence': 1, 'workcenter_id': wheel.id, 'consumption_mode': 'start',
                    'rework_limit': 1}),
                Command.create({'name': "Glazing", 'sequence': 2, 'workcenter_id': wheel.id, 'rework_consumes': True}),
                Command.create({'name': "Handles", 'sequence': 3, 'workcenter_id': wheel.id, 'is_parallel': True}),
                Command.create({'name': "Firing", 'sequence': 4, 'workcenter_id': kiln.id}),
            ],
        })
        turning, glazing, _handles, _firing = template.operation_ids
        template.bom_line_ids = [
            Command.create({'product_id': cls.clay.id, 'product_qty': 0.3, 'operation_id': turning.id}),
            Command.create({'product_id': cls.glaze.id, 'product_qty': 0.02, 'operation_id': glazing.id}),
        ]
        return template

    # ------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------

    def _create_random_order(self, seed, chance, clock):
        """Return a new order. Eighteen seeds in a row have all modes, costing methods of the goods and policies, and
        each method of the goods meets each of the materials in each mode.

        :param chance: `random.Random`
        :param clock: the frozen clock
        """
        mode, method, policy = MODES[seed % 3], METHODS[seed // 3 % 3], POLICIES[seed // 9 % 2]
        goods, materials = self.categories[method], self.categories[METHODS[(seed + seed // 3 + seed // 9) % 3]]
        self.cup.categ_id = goods
        self.materials.categ_id = self.blank_cup.categ_id = materials
        (self.chips | self.sherds).categ_id = self.categories[chance.choice(METHODS)]
        for _number in range(2):
            for product in self.materials:
                self._buy(chance, product)
        if chance.random() < 0.5:
            self.cup_template.byproduct_ids = [Command.create({
                'product_id': self.chips.id, 'product_qty': 0.07, 'product_uom_id': self.kg.id,
                'cost_share': chance.choice((0, 7.5, 33.33, 50))})]
        self.cup_template.operation_ids[1].consumption_mode = chance.choice(('start', 'finish'))
        #: How many of the acts arrive late
        self.late_share = chance.choice((0.0, 0.2))
        self.sherds.product_tmpl_id.write({
            'recovery_method': chance.choice(('cost', 'price', 'share')),
            'recovery_price': chance.randint(0, 999) / 100, 'recovery_share': chance.choice((0, 12.5, 33.33, 100))})
        self.outputs = self.blank_cup | self.chips | (self.cup if chance.random() < 0.2 else self.blank_cup)
        self._change_rates(chance)
        clock.tick(timedelta(minutes=1))
        return self._create_order(
            chance.choice((1, 2, 3, 4, 5, 7, 9)), product=self.cup, batch_mode=mode, defect_cost_policy=policy)

    def _get_batches(self, order, is_merged=False):
        """The order and all that was split off from it.

        :param bool is_merged: what was merged back, too
        """
        return order | self.env['mrp.production'].union(*(
            self._get_batches(batch, is_merged) for batch in order.child_batch_ids
            if is_merged or batch.state != 'cancel'))

    # ------------------------------------------------------------
    # Prices and rates
    # ------------------------------------------------------------

    def _buy(self, chance, product):
        """Receive some of a material at a price of its own."""
        quantity, price = chance.randint(500, 2000) / 10, chance.randint(100, 2500) / 100
        move = self.env['stock.move'].create({
            'product_id': product.id, 'product_uom_qty': quantity, 'product_uom': product.uom_id.id,
            'location_id': self.env.ref('stock.stock_location_suppliers').id,
            'location_dest_id': self.stock_location.id})
        move._action_confirm()
        move.write({'quantity': quantity, 'picked': True})
        move._action_done()
        if product.cost_method == 'standard':
            product.standard_price = price
        else:
            move.value_manual = quantity * price

    def _change_rates(self, chance):
        for person in self.people:
            person.hourly_cost = chance.randint(900, 2999) / 100
        for workcenter in self.workcenters:
            workcenter.costs_hour = chance.randint(0, 4999) / 100

    # ------------------------------------------------------------
    # Acts: each returns whether there was anything to do
    # ------------------------------------------------------------

    def _take_random_act(self, chance, order):
        """Do something with one of the batches; return which act it was, or None if there was nothing to do.

        :raises UserError: it was refused
        """
        batch = chance.choice(self._get_batches(order))
        kind, = chance.choices(list(ACTS), ACTS.values())
        return kind if getattr(self, f'_act_{kind}')(chance, batch) else None

    def _choose_stage(self, chance, stages):
        """Return one of these stages, as the supervisor sees it; none of none."""
        return chance.choice(stages or [stages]).with_user(self.supervisor_user)

    def _choose_begun(self, chance, batch):
        return self._choose_stage(chance, batch.workorder_ids.filtered(
            lambda stage: stage.is_started or stage.qty_produced))

    def _choose_place(self, chance, batch):
        """Return a stage that has units and some of them, as an act's arguments."""
        flow = batch._load_flow()
        stage = self._choose_stage(chance, batch.workorder_ids.filtered(flow.there))
        quantity = chance.randint(1, max(1, int(flow.there(stage)))) if stage else 0
        if not stage or batch.batch_mode != 'unit':
            return stage, {'qty': quantity}
        return stage, {'units': chance.sample(sorted(flow.there_amount(stage)), quantity)}

    def _choose_moment(self, chance):
        """Return when an act happened, as an argument: mostly now, at times before it is recorded."""
        if chance.random() >= self.late_share:
            return {}
        return {'occurred_at': fields.Datetime.now() - timedelta(minutes=chance.randint(1, 90))}

    def _act_work(self, chance, batch):
        """Start a stage, or finish some of what is ready, at times with other materials than planned."""
        stage = self._choose_stage(chance, batch.workorder_ids.filtered('qty_ready'))
        if not stage:
            return False
        if stage.hold_reason_id:
            return stage.stage_release()
        by_unit = batch.batch_mode == 'unit'
        if not self._is_at_work(stage) or (by_unit and chance.random() < 0.3):
            return stage.stage_start(
                employee_id=chance.choice(self.people).id, qty=chance.randint(1, 3) if by_unit else None,
                **self._choose_moment(chance))
        options = self._choose_moment(chance)
        if chance.random() < 0.3:
            options['materials'] = [
                {'move_id': move.id, 'qty': round(move.product_uom_qty * chance.uniform(0.7, 1.3), 2)}
                for move in stage.sudo().move_raw_ids if move.state not in ('done', 'cancel')]
        if not by_unit:
            options['qty'] = chance.randint(1, max(1, int(stage.qty_ready)))
        return stage.stage_finish(balance_reason="Random", **options)

    def _act_join(self, chance, batch):
        stage = self._choose_stage(chance, batch.workorder_ids.filtered('is_started'))
        return stage and stage.stage_resume(
            employee_id=chance.choice(self.people).id, **self._choose_moment(chance))

    def _act_pause(self, chance, batch):
        stage = self._choose_stage(chance, batch.workorder_ids.filtered('is_started'))
        return stage and stage.with_user(chance.choice(self.people).user_id).stage_pause(
            **self._choose_moment(chance))

    def _act_hold(self, chance, batch):
        stage = self._choose_stage(chance, batch.workorder_ids)
        return stage.stage_release() if stage.hold_reason_id else stage.stage_hold(self.hold_reason.id)

    def _act_cancel_start(self, chance, batch):
        stage = self._choose_stage(chance, batch.workorder_ids.filtered('is_started'))
        return stage and stage.stage_cancel_start()

    def _act_send_back(self, chance, batch):
        stage, amount = self._choose_place(chance, batch)
        to = chance.choice(batch.workorder_ids)
        return stage and stage.stage_report_defect(self.reason.id, 'return', return_to=to.id, **amount)

    def _act_send_to_start(self, chance, batch):
        stage, amount = self._choose_place(chance, batch)
        to = batch.workorder_ids[0]
        return stage and stage.stage_report_defect(self.reason.id, 'return', return_to=to.id, **amount)

    def _act_write_off(self, chance, batch):
        stage, amount = self._choose_place(chance, batch)
        return stage and stage.stage_report_defect(self.reason.id, 'write_off', **amount)

    def _act_withdraw(self, _chance, batch):
        defect = batch.defect_ids.filtered(lambda defect: defect.state != 'withdrawn').sorted('id')[-1:]
        return defect and defect.workorder_id.with_user(self.supervisor_user).stage_withdraw_defect(defect.id)

    def _act_decide(self, chance, batch):
        defect = batch.defect_ids.filtered(lambda defect: defect.state == 'escalated')[:1]
        return defect and defect.workorder_id.with_user(self.supervisor_user).stage_decide_defect(
            defect.id, chance.choice(('allow', 'accept', 'write_off')), "A try")

    # ------------------------------------------------------------
    # Work that was recorded wrongly, and work of others
    # ------------------------------------------------------------

    def _choose_time(self, chance, batch):
        times = batch.workorder_ids.time_ids.filtered('date_end')
        return chance.choice(times or [times])

    def _act_correct_time(self, chance, batch):
        time = self._choose_time(chance, batch)
        changes = {
            'date_start': timedelta(minutes=chance.randint(-40, 20)),
            'date_end': timedelta(minutes=chance.randint(-20, 40)),
            'employee_id': chance.choice(self.people).id,
        }
        chosen = {
            name: change if name == 'employee_id' else time[name] + change
            for name, change in changes.items() if time and chance.random() < 0.6}
        return chosen and time.workorder_id.with_user(self.supervisor_user).stage_correct_time(time.id, **chosen)

    def _act_remove_time(self, chance, batch):
        time = self._choose_time(chance, batch)
        return time and time.workorder_id.with_user(self.supervisor_user).stage_remove_time(time.id)

    def _act_subcontract(self, chance, batch):
        """Owe a subcontractor something for a stage, or take back what was owed."""
        stage = self._choose_stage(chance, batch.workorder_ids).sudo()
        owed = stage.cost_line_ids.filtered(lambda line: line.partner_id == self.painter)
        if owed and chance.random() < 0.3:
            # Each only once: what a contrary line takes back is not there any more.
            return sum(owed.mapped('amount')) > 0 and stage._reverse_subcontract_cost(owed)
        units = None
        if batch.batch_mode == 'unit':
            alive = batch._load_flow().state.alive
            units = batch.unit_ids.filtered(lambda unit: unit.number in alive)
            units = chance.sample(units, chance.randint(1, len(units))) if units else None
        return stage._accrue_subcontract_cost(
            self.painter, chance.randint(1, 9), self.unit, chance.randint(1, 999) / 100, units=units)

    def _act_scrap_button(self, chance, batch):
        """Scrap something out of stock, as Odoo's own button on the order does."""
        product = chance.choice(self.materials | self.chips)
        return self.env['stock.scrap'].create({
            'production_id': batch.id, 'product_id': product.id, 'scrap_qty': chance.randint(1, 50) / 100,
            'product_uom_id': product.uom_id.id}).action_validate()

    # ------------------------------------------------------------
    # The journal
    # ------------------------------------------------------------

    def _act_input(self, chance, batch):
        stage = self._choose_begun(chance, batch)
        return stage and stage.stage_record_input([
            {'product_id': chance.choice(self.materials).id, 'qty': chance.randint(1, 200) / 100}])

    def _act_output(self, chance, batch):
        stage, product = self._choose_begun(chance, batch), chance.choice(self.outputs)
        return stage and stage.stage_record_output([
            {'product_id': product.id, 'qty': 1 if product == self.cup else chance.randint(1, 100) / 100}])

    def _act_loss(self, chance, batch):
        stage, kind = self._choose_begun(chance, batch), chance.choice(('waste', 'rejection', 'scrap', 'scrap'))
        return stage and stage.stage_record_loss(kind, self.clay.id, chance.randint(1, 60) / 100)

    def _act_reverse(self, chance, batch):
        entry = chance.choice(batch.entry_ids or [batch.entry_ids])
        return entry and entry.workorder_id.with_user(self.supervisor_user).stage_reverse_entry(entry.id)

    # ------------------------------------------------------------
    # The world
    # ------------------------------------------------------------

    def _act_change_rates(self, chance, _batch):
        self._change_rates(chance)
        return True

    def _act_buy(self, chance, _batch):
        self._buy(chance, chance.choice(self.materials))
        return True

    # ------------------------------------------------------------
    # The end
    # ------------------------------------------------------------

    def _bring_to_an_end(self, batch, clock):
        """Decide what is to be decided, then work stage by stage."""
        waiting = batch.defect_ids.filtered(lambda defect: defect.state == 'escalated')
        for defect in waiting:
            defect.workorder_id.stage_decide_defect(defect.id, 'accept', "Good enough")
        for stage in batch.workorder_ids.with_user(self.supervisor_user):
            if stage.hold_reason_id and stage.qty_ready:
                stage.stage_release()
            while stage.qty_ready:
                if not self._is_at_work(stage):
                    stage.stage_start()
                clock.tick(timedelta(minutes=7))
                stage.stage_finish(balance_reason="Random")

    def _is_at_work(self, stage):
        """Tell whether there is something at the stage to finish."""
        if stage.production_id.batch_mode != 'unit':
            return stage.is_started
        return bool(self.env['mrp.workorder.unit'].search_count([
            ('workorder_id', '=', stage.id), ('status', 'in', ('progress', 'paused'))]))
