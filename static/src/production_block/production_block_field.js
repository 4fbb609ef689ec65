import { deserializeDateTime, toLocaleDateString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const STATUS_COLORS = {
    pending: "light",
    draft: "light",
    progress: "info",
    partial: "info",
    done: "success",
    cancel: "secondary",
};

/**
 * The production orders of a deal or a sale order, for who sells; with what they earn, where the view has
 * `deal_margin`, which only those have who may see it.
 */
export class ProductionBlockField extends Component {
    static template = "mrp_production_stage.ProductionBlockField";
    static props = { ...standardFieldProps };

    setup() {
        this.estimateHelp = _t("What has been spent so far, and the plan of what is left.");
    }

    get block() {
        return this.props.record.data[this.props.name];
    }

    get margin() {
        return this.props.record.data.deal_margin;
    }

    getMargin({ production_id }) {
        return (
            this.margin && this.margin.orders.find((order) => order.production_id === production_id)
        );
    }

    /** Whether the orders are of several sale orders: only then it matters of which. */
    get hasManySales() {
        return new Set(this.block.orders.flatMap((order) => order.sale_orders)).size > 1;
    }

    getStatusClass({ status }) {
        return `text-bg-${STATUS_COLORS[status]}`;
    }

    getProgress({ status, stages_done, stages_total }) {
        return status === "done" ? 100 : Math.round((100 * stages_done) / (stages_total || 1));
    }

    getPlace({ stage, stage_status_label, stages_done, stages_total, status_label }) {
        if (!stage) {
            return status_label;
        }
        return _t("%(stage)s (%(status)s) · %(done)s of %(total)s stages done", {
            stage,
            status: stage_status_label,
            done: stages_done,
            total: stages_total,
        });
    }

    /** Where only some of the units have passed the current stage. */
    getUnits({ units_passed, units, uom }) {
        return (
            units_passed > 0 &&
            units_passed < units &&
            _t("%(passed)s of %(units)s %(uom)s", {
                passed: this.formatQuantity(units_passed),
                units: this.formatQuantity(units),
                uom,
            })
        );
    }

    getQuantity({ quantity, batch_quantity, uom }) {
        const own = `${this.formatQuantity(quantity)} ${uom}`;
        return quantity < batch_quantity
            ? _t("%(own)s of a batch of %(batch)s", {
                  own,
                  batch: this.formatQuantity(batch_quantity),
              })
            : own;
    }

    getPlannedEnd({ planned_end, status }) {
        const date = toLocaleDateString(deserializeDateTime(planned_end));
        return status === "done" ? _t("Done %s", date) : _t("Planned %s", date);
    }

    formatQuantity(value) {
        return formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }

    formatMoney(value, { currency_id }) {
        return formatMonetary(value, { currencyId: currency_id });
    }

    formatMargin({ margin }) {
        return margin === false ? "–" : formatPercentage(margin, { digits: [16, 1] });
    }
}

export const productionBlockField = {
    component: ProductionBlockField,
    supportedTypes: ["json"],
};

registry.category("fields").add("production_block", productionBlockField);
