import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { Pager } from "@web/core/pager/pager";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { UnitGrid } from "./unit_grid";

const PAGE = 50;

const CELLS = {
    done: { icon: "fa-check", class: "text-success", title: _t("Done") },
    ready: { icon: "fa-circle-o", class: "text-info", title: _t("Ready") },
    progress: { icon: "fa-play", class: "text-bg-success", title: _t("In progress") },
    paused: { icon: "fa-pause", class: "text-bg-warning", title: _t("Paused") },
    hold: { icon: "fa-gavel", class: "text-bg-danger", title: _t("Waits for a decision") },
    lost: { icon: "fa-times", class: "text-danger", title: _t("Written off") },
};

/**
 * The units of an order by its stages. Only a page of them is drawn at a time.
 */
export class ProductionUnits extends Component {
    static template = "mrp_production_stage.ProductionUnits";
    static components = { Pager };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ filter: "all", offset: 0, version: 0 });
        this.grid = new UnitGrid({ units: [], serials: {}, stages: [], cells: [] });
        this.filters = [
            { name: "all", label: _t("All") },
            { name: "work", label: _t("In hand") },
            { name: "rework", label: _t("Rework") },
            { name: "hold", label: _t("To decide") },
            { name: "lost", label: _t("Written off") },
        ];
        this.page = PAGE;
        onWillStart(() => this.load(this.props.record));
        // The record is loaded anew after each act.
        onWillUpdateProps(({ record }) => this.load(record));
    }

    async load(record) {
        if (record.resId && record.data.batch_mode === "unit") {
            this.grid = new UnitGrid(
                await this.keepLast.add(
                    this.orm.call(record.resModel, "production_units", [record.resId])
                )
            );
            this.counts = Object.fromEntries(
                this.filters.map(({ name }) => [name, this.grid.filter(name).length])
            );
            this.state.offset = Math.min(this.state.offset, this.lastOffset);
            this.state.version++;
        }
    }

    get numbers() {
        return this.grid.filter(this.state.filter);
    }

    get lastOffset() {
        return Math.max(0, Math.ceil(this.numbers.length / PAGE) - 1) * PAGE;
    }

    get rows() {
        return this.numbers.slice(this.state.offset, this.state.offset + PAGE);
    }

    setFilter(filter) {
        Object.assign(this.state, { filter, offset: 0 });
    }

    onPage({ offset }) {
        this.state.offset = offset;
    }

    getCell(number, stage) {
        const cell = this.grid.getCell(number, stage);
        const look = CELLS[cell.status];
        return look && { ...cell, ...look, title: this.getTitle(cell, look) };
    }

    getTitle(cell, look) {
        const parts = [look.title];
        if (cell.person) {
            parts.push(cell.person);
        }
        if (cell.rework_label) {
            parts.push(cell.rework_label);
        }
        if (cell.status === "ready" && cell.available_from) {
            const moment = toLocaleDateTimeString(deserializeDateTime(cell.available_from));
            parts.push(_t("Available from %s", moment));
        }
        return parts.join(", ");
    }
}

export const productionUnits = {
    component: ProductionUnits,
    fieldDependencies: [{ name: "batch_mode", type: "selection" }],
};

registry.category("view_widgets").add("production_units", productionUnits);
