import { SaleOrderLineProductField } from "@sale/js/sale_product_field";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { uuid } from "@web/core/utils/strings";

/**
 * Whoever picks a product that is made with extras is asked which of them the customer takes.
 */
patch(SaleOrderLineProductField.prototype, {
    setup() {
        super.setup();
        this.upsellAction = useService("action");
    },

    async _onProductUpdate() {
        await super._onProductUpdate(...arguments);
        if (this.props.record.data.has_upsells) {
            this._offerUpsells();
        }
    },

    _offerUpsells() {
        const line = this.props.record.data;
        const order = this.props.record.model.root.data;
        return this.upsellAction.doAction("mrp_production_stage.mrp_upsell_action", {
            additionalContext: {
                default_product_id: line.product_id.id,
                default_quantity: line.product_uom_qty,
                default_uom_id: line.product_uom_id?.id,
                default_company_id: order.company_id.id,
                default_partner_id: order.partner_id.id,
                default_pricelist_id: order.pricelist_id.id,
            },
            onClose: (infos) => infos?.extras && this._addUpsells(infos),
        });
    },

    /** Nothing of the line may be saved yet: a virtual id ties its extras to it, as it ties the items of a combo. */
    async _addUpsells({ quantity, extras }) {
        const { record } = this.props;
        const lines = record.model.root.data.order_line;
        const changes = { product_uom_qty: quantity };
        const link = {};
        if (record.isNew) {
            link.linked_virtual_id = record.data.virtual_id || uuid();
            changes.virtual_id = link.linked_virtual_id;
        } else {
            link.linked_line_id = { id: record.resId, display_name: record.data.name };
        }
        await record.update(changes);
        for (const [place, extra] of extras.entries()) {
            const index = lines.records.indexOf(record) + place;
            const line = await lines.addNewRecordAtIndex(index, { mode: "readonly" });
            await line.update({
                product_id: extra.product,
                product_uom_qty: extra.quantity,
                ...link,
            });
        }
        await lines.leaveEditMode();
    },
});
