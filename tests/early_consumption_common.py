from .common import StageCommon


class EarlyConsumptionCommon(StageCommon):
    """Core assumes that materials leave stock when an order closes. Where that shows, it is mended: cost,
    partial use, backorder, change of quantity, cancel and delete, traceability, over-use."""

    def _run(self, stage, **finish):
        if not stage.is_started:
            stage.stage_start(override_reason="Test")
        return stage.stage_finish(**finish)

    def _raw(self, order, product, state=None):
        return order.move_raw_ids.filtered(
            lambda move: move.product_id == product and (not state or move.state == state))
