"""Compare orders with stages to plain ones, with the app and in a database without it. Run by `odoo shell`.

The honest reference is the database without the app: there nothing of ours helps plain orders either. Plain
orders in the database with the app show what the app costs those who do not use it.
"""

import importlib.util
import os
import sys

from odoo import api
from odoo.fields import Command
from odoo.modules.registry import Registry

spec = importlib.util.spec_from_file_location("workload", os.environ["BENCH_WORKLOAD"])
workload = sys.modules["workload"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workload)

ROUNDS, PAST = int(os.environ["BENCH_ROUNDS"]), int(os.environ["BENCH_PAST"])
STAGES = [f"{act} {number}" for number in range(3) for act in ("start", "finish")]
SUMS = {
    "start and finish 1": ["start 1", "finish 1"],
    "all stages": STAGES,
    "stages and close": [*STAGES, "close"],
    "whole life": None,
}


class Lane:
    """One kind of order in one database, as one user makes it."""

    def __init__(self, title, shop, user, use_stages):
        self.title, self.shop, self.user = title, shop, user
        self.template = shop.create_template(use_stages)
        self.bare = shop.create_template(use_stages, materials=(0, 0))
        self.reset()

    def reset(self):
        """Forget what was measured."""
        self.life, self.stage = workload.Figures(), workload.Figures()

    def turn(self):
        """One whole order, and one stage without materials."""
        self.shop.live(self.template, self.life, self.user)
        order = self.shop.create_order(self.bare, self.user)
        order.action_confirm()
        self.shop.work(order.workorder_ids[0], self.stage)


def create_user(env, *groups):
    """Return a user, with an employee."""
    user = env["res.users"].with_context(no_reset_password=True).create({
        "name": "Bench", "login": "bench", "group_ids": [Command.set([env.ref(group).id for group in groups])]})
    env["hr.employee"].create({"name": "Bench", "user_id": user.id})
    return user


def show(title, lanes):
    """Print what the lanes measured, side by side; the first is the reference."""
    print(f"\n{title}\n{'':<22}" + "".join(f"{lane.title:>32}" for lane in lanes))
    rows = [(act, [act], "life") for act in lanes[0].life.seconds]
    rows += [(name, acts, "life") for name, acts in SUMS.items()]
    rows += [("stage, no materials", None, "stage")]
    for name, acts, kind in rows:
        reference = getattr(lanes[0], kind)
        cells = []
        for lane in lanes:
            figures = getattr(lane, kind)
            part = f"{workload.ratio(figures, reference, acts):5.2f}" if name != "close" else " " * 5
            cells.append(
                f"{figures.median_seconds(acts) * 1000:12.1f} ms {figures.median_queries(acts):5.0f} q   {part} ")
        print(f"{name:<22}" + "".join(f"{cell:>32}" for cell in cells), flush=True)


def compare(title, lanes):
    """Let the lanes take turns, after a round that warms up, and show what came of it."""
    for number in range(ROUNDS + 1):
        for lane in lanes[::-1 if number % 2 else 1]:
            lane.turn()
        if not number:
            for lane in lanes:
                lane.reset()
    show(f"{title}; medians of {ROUNDS} rounds, and of the ratios to the first column", lanes)
    for lane in lanes:
        lane.reset()


def start_many(shop, user):
    """Print the queries of starting one, ten and fifty stages in one call."""
    print("\nStages started in one call")
    for mode in ("finish", "start"):
        template = shop.create_template(True, mode=mode)
        orders = shop.env["mrp.production"].union(*(shop.create_order(template) for _number in range(62)))
        orders.action_confirm()
        stage_ids = [order.workorder_ids[0].id for order in orders]
        cells = []
        for number, (start, end) in enumerate(((0, 1), (1, 2), (2, 12), (12, 62))):
            figures = workload.Figures()
            stages = shop.env["mrp.workorder"].with_user(user).browse(stage_ids[start:end])
            shop.measure(figures, "start", stages.stage_start)
            if number:
                cells.append(f"{end - start}: {figures.median_queries():.0f} queries, "
                             f"{figures.median_seconds() * 1000:.0f} ms")
        print(f"  materials at {mode:<8}{';  '.join(cells)}")


def main(env):
    """Measure in an empty shop, then at a busy work center. Nothing is committed."""
    with Registry(os.environ["BENCH_PLAIN"]).cursor() as cr:
        plain_env = api.Environment(cr, api.SUPERUSER_ID, {})
        without = workload.Workload(plain_env)
        shop = workload.Workload(env)
        plain_user = create_user(plain_env, "base.group_user", "mrp.group_mrp_user")
        user = create_user(env, "base.group_user", "mrp_production_stage.group_supervisor")
        lanes = [
            Lane("plain, without the app", without, plain_user, use_stages=False),
            Lane("plain, with the app", shop, user, use_stages=False),
            Lane("with stages", shop, user, use_stages=True),
        ]
        compare("An empty shop", lanes)
        for place in (without, shop):
            place.create_past(PAST)
        compare(f"A work center with {PAST} past work orders", lanes)
        start_many(shop, user)
        cr.rollback()
    env.cr.rollback()


main(env)  # noqa: F821  odoo shell's
