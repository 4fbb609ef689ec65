"""Steps of the life of an installation, each run by `odoo shell` on one database.

What plain manufacturing had before the app came must be there, to the field, while it is installed and after
it has gone.
"""

import json
from pathlib import Path

# What makes up a plain manufacturing order: the columns core has, but for those that any update touches.
TABLES = ("mrp_production", "mrp_workorder", "stock_move", "stock_move_line", "stock_quant",
          "mrp_workcenter_productivity", "mrp_bom", "mrp_routing_workcenter")
VOLATILE = {"write_date", "write_uid"}


def run(env, step, folder):
    """Run one step; raise when what it finds is wrong."""
    globals()[step](env, Path(folder))
    env.cr.commit()


def before(env, folder):
    """Make manufacturing orders in every state, as a company has them that knows nothing of the app."""
    product, component = env["product.product"].create([
        {"name": name, "type": "consu", "is_storable": True} for name in ("Plain table", "Plank")])
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    env["stock.quant"]._update_available_quantity(component, location, 1000)
    workcenter = env["mrp.workcenter"].create({"name": "Bench"})
    bom = env["mrp.bom"].create({
        "product_tmpl_id": product.product_tmpl_id.id,
        "operation_ids": [(0, 0, {"name": name, "workcenter_id": workcenter.id}) for name in ("Saw", "Glue")],
        "bom_line_ids": [(0, 0, {"product_id": component.id, "product_qty": 4})],
    })
    orders = env["mrp.production"].create([
        {"product_id": product.id, "bom_id": bom.id, "product_qty": 3, "origin": f"lifecycle {state}"}
        for state in ("draft", "confirmed", "progress", "to_close", "done", "cancel")])
    _draft, _confirmed, progress, to_close, done, cancel = orders
    (orders - orders[0]).action_confirm()
    (progress | done).workorder_ids[:1].button_start()
    to_close.workorder_ids.button_start()
    to_close.workorder_ids.button_finish()
    done.qty_producing = 3
    done._set_qty_producing()
    done.button_mark_done()
    cancel.action_cancel()
    states = orders.mapped("state")
    assert states == ["draft", "confirmed", "progress", "to_close", "done", "cancel"], states
    env.flush_all()
    columns = {table: sorted(set(_columns(env, table)) - VOLATILE) for table in TABLES}
    ids = {table: _ids(env, table) for table in TABLES}
    (folder / "columns.json").write_text(json.dumps(columns))
    (folder / "ids.json").write_text(json.dumps(ids))
    (folder / "rows.json").write_text(json.dumps(_rows(env, columns, ids)))


def installed(env, folder):
    """With the app: nothing of before has changed, and no order has become one of ours."""
    _compare(env, folder)
    orders = _plain_orders(env)
    assert not any(orders.mapped("use_stages")), "an old order became one with stages"
    assert not any(orders.mapped("board_status")), "an old order is on the board"
    _make_stage_orders(env)


def uninstall(env, _folder):
    """Remove the app through the button that users press."""
    env["ir.module.module"].search([("name", "=", "mrp_production_stage")]).button_immediate_uninstall()


def uninstalled(env, folder):
    """Without the app again: Odoo runs, plain orders are whole and can be finished, ours can be closed."""
    assert "mrp.workorder.event" not in env, "the app is still there"
    _compare(env, folder)
    order = _plain_orders(env).filtered(lambda order: order.state == "confirmed")
    order.qty_producing = order.product_qty
    order._set_qty_producing()
    order.button_mark_done()
    assert order.state == "done", order.state
    running = env["mrp.production"].search([("origin", "=", "lifecycle running")])
    assert running.state == "progress", running.state
    running.qty_producing = running.product_qty
    running.with_context(skip_consumption=True).button_mark_done()
    assert running.state == "done", running.state
    assert env["mrp.production"].search([("origin", "=", "lifecycle finished")]).state == "done"
    env["mrp.production"].get_views([(False, "form"), (False, "list"), (False, "kanban")])


def reinstalled(env, _folder):
    """Installed a second time the app works as the first time."""
    _make_stage_orders(env)


def _make_stage_orders(env):
    """Run one order through its stages, and leave another one half-way."""
    product, material = env["product.product"].create([
        {"name": name, "type": "consu", "is_storable": True} for name in ("Staged chair", "Wood")])
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    env["stock.quant"]._update_available_quantity(material, location, 100)
    template = env["mrp.bom"].create({
        "product_tmpl_id": product.product_tmpl_id.id, "use_stages": True,
        "operation_ids": [(0, 0, {"name": "Cut", "consumption_mode": "start"}), (0, 0, {"name": "Join"})],
    })
    template.bom_line_ids = [
        (0, 0, {"product_id": material.id, "product_qty": 2, "operation_id": template.operation_ids[0].id})]
    finished, running = env["mrp.production"].create([
        {"product_id": product.id, "bom_id": template.id, "product_qty": 2, "origin": f"lifecycle {name}"}
        for name in ("finished", "running")])
    (finished | running).action_confirm()
    for stage in finished.workorder_ids:
        stage.stage_start()
        stage.stage_finish()
    assert finished.state == "done", finished.state
    running.workorder_ids[0].stage_start()
    assert running.move_raw_ids.state == "done", running.move_raw_ids.state


def _plain_orders(env):
    names = [f"lifecycle {state}" for state in ("draft", "confirmed", "progress", "to_close", "done", "cancel")]
    return env["mrp.production"].search([("origin", "in", names)])


def _compare(env, folder):
    env.flush_all()
    columns, ids, expected = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("columns", "ids", "rows"))
    found = _rows(env, columns, ids)
    for table in TABLES:
        for row_id, row in expected[table].items():
            now = found[table].get(row_id)
            assert now is not None, f"{table} {row_id} has gone"
            changed = {name: (row[name], now[name]) for name in row if row[name] != now[name]}
            assert not changed, f"{table} {row_id} has changed: {changed}"


def _columns(env, table):
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [name for name, in env.cr.fetchall()]


def _ids(env, table):
    model = env[table.replace("_", ".")].with_context(active_test=False)
    return model.search([]).ids


def _rows(env, columns, ids):
    """Return the stored rows as text, by table and id."""
    from odoo.tools import SQL  # noqa: PLC0415  needs a loaded Odoo

    rows = {}
    for table in TABLES:
        names = SQL(", ").join(SQL("%s::text", SQL.identifier(name)) for name in columns[table])
        env.cr.execute(SQL(
            "SELECT id, %s FROM %s WHERE id = ANY(%s)", names, SQL.identifier(table), ids[table]))
        rows[table] = {str(row[0]): dict(zip(columns[table], row[1:])) for row in env.cr.fetchall()}
    return rows
