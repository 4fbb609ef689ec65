import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

// Less than any unit of measure counts.
const NOTHING = 1e-6;

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
        // The keyboard of a phone may have a comma where the user's language has a point.
        const text = ev.target.value
            .trim()
            .replace(/^(\d*)[.,](\d{1,2}|\d{4,})$/, `$1${localization.decimalPoint}$2`);
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
