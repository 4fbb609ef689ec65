import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";

import { readDecimalPoint } from "./read_decimal_point";

/**
 * A quantity that is typed on the floor: with the decimal point of whatever keyboard is at hand.
 */
export class QuantityField extends FloatField {
    parse(value) {
        return super.parse(readDecimalPoint(value));
    }
}

export const quantityField = {
    ...floatField,
    component: QuantityField,
    displayName: _t("Quantity"),
};

registry.category("fields").add("mrp_quantity", quantityField);
