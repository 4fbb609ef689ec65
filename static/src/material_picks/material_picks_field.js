import { normalize } from "@web/core/l10n/utils";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useState } from "@odoo/owl";

import { readDecimalPoint } from "../quantity/read_decimal_point";

// Less than any unit of measure counts.
const NOTHING = 1e-6;

// More variants than a screen has room for can be searched.
const FEW = 8;

/**
 * The variants a stage may use, per material, as large rows with a quantity each: one per line of the One2many, which
 * has the fields of `mrp.stage.select.line`. What is still missing is always in sight, and one tap takes it all from
 * one variant.
 */
export class MaterialPicksField extends Component {
    static template = "mrp_production_stage.MaterialPicksField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.state = useState({ search: "" });
    }

    get isSearchable() {
        return this.props.record.data[this.props.name].records.length > FEW;
    }

    /**
     * Every word of the search is part of the variant's name, which is made of its attribute values. What is picked
     * stays in sight.
     */
    isShown(line) {
        const name = normalize(line.data.name);
        const words = normalize(this.state.search).split(/\s+/);
        return Boolean(line.data.qty) || words.every((word) => name.includes(word));
    }

    get materials() {
        const materials = new Map();
        for (const line of this.props.record.data[this.props.name].records) {
            const { id } = line.data.selection_id;
            if (!materials.has(id)) {
                const { material_name, needed, uom_name } = line.data;
                materials.set(id, {
                    id,
                    name: material_name,
                    needed,
                    unit: uom_name,
                    picked: 0,
                    lines: [],
                });
            }
            const material = materials.get(id);
            material.picked += line.data.qty;
            material.lines.push(line);
        }
        return [...materials.values()].map((material) => {
            const missing = material.needed - material.picked;
            return { ...material, missing: Math.abs(missing) < NOTHING ? 0 : missing };
        });
    }

    onQuantity(line, ev) {
        const text = readDecimalPoint(ev.target.value.trim());
        try {
            const qty = text ? parseFloat(text) : 0;
            if (qty < 0) {
                throw new RangeError();
            }
            line.update({ qty });
        } catch {
            ev.target.value = this.formatInput(line.data.qty);
            this.notification.add(_t("%s is not a quantity.", text), { type: "danger" });
        }
    }

    onRest(material, line) {
        line.update({ qty: Math.max(0, line.data.qty + material.missing) });
    }

    format(quantity) {
        return formatFloat(quantity, { digits: [16, 2], trailingZeros: false });
    }

    formatInput(quantity) {
        return quantity ? this.format(quantity) : "";
    }
}

export const materialPicksField = {
    component: MaterialPicksField,
    displayName: _t("Variants to pick"),
    supportedTypes: ["one2many"],
    isEmpty: () => false,
};

registry.category("fields").add("mrp_material_picks", materialPicksField);
