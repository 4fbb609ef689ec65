import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

const STATUS_COLORS = {
    ready: "info",
    progress: "success",
    done: "success",
    paused: "warning",
    hold: "danger",
};

/**
 * What happened at each stage of a production order, as `production_timeline` tells it.
 */
export class ProductionTimeline extends Component {
    static template = "mrp_production_stage.ProductionTimeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ stages: [] });
        this.flows = [
            { name: "inputs", title: _t("Materials") },
            { name: "outputs", title: _t("Came out") },
            { name: "losses", title: _t("Lost") },
        ];
        onWillStart(() => this.load(this.props.record));
        // The record is loaded anew after each act.
        onWillUpdateProps(({ record }) => this.load(record));
    }

    async load(record) {
        if (record.resId) {
            this.state.stages = await this.keepLast.add(
                this.orm.call(record.resModel, "production_timeline", [record.resId])
            );
        }
    }

    getStatusClass({ stage_status }) {
        return `text-bg-${STATUS_COLORS[stage_status] || "light"}`;
    }

    formatQuantity(value) {
        return formatFloat(value, { digits: [16, 6], trailingZeros: false });
    }

    formatMoment(value) {
        return toLocaleDateTimeString(deserializeDateTime(value));
    }

    formatMinutes(value) {
        const minutes = Math.round(value);
        if (minutes < 60) {
            return _t("%s min", minutes);
        }
        return _t("%(hours)s h %(minutes)s min", {
            hours: Math.floor(minutes / 60),
            minutes: minutes % 60,
        });
    }

    getPhotos(stage) {
        return [
            ...stage.photos.map(({ attachment_id, name }) => ({
                key: `photo-${attachment_id}`,
                name,
                url: imageUrl("ir.attachment", attachment_id, "raw"),
            })),
            ...stage.checks
                .filter((check) => check.is_photo)
                .map(({ answer_id, name }) => ({
                    key: `check-${answer_id}`,
                    name,
                    url: imageUrl("mrp.stage.check.answer", answer_id, "value_photo"),
                })),
        ];
    }
}

export const productionTimeline = { component: ProductionTimeline };

registry.category("view_widgets").add("production_timeline", productionTimeline);
