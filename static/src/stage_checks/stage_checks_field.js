import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { isBinarySize } from "@web/core/utils/binary";
import { getDataURLFromFile, imageUrl } from "@web/core/utils/urls";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { readDecimalPoint } from "../quantity/read_decimal_point";
import { shrinkPhoto } from "./shrink_photo";

/**
 * The checks of a stage as cards with controls for gloves: one per line of the One2many, which has the
 * fields of `mrp.stage.finish.check`.
 */
export class StageChecksField extends Component {
    static template = "mrp_production_stage.StageChecksField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.choices = [
            { value: "yes", label: _t("Yes") },
            { value: "no", label: _t("No") },
        ];
    }

    get checks() {
        return this.props.record.data[this.props.name].records;
    }

    onChoice(check, choice) {
        check.update({ value_choice: check.data.value_choice === choice ? false : choice });
    }

    onNumber(check, ev) {
        const text = readDecimalPoint(ev.target.value.trim());
        if (!text) {
            check.update({ value_number: 0, has_number: false });
            return;
        }
        try {
            check.update({ value_number: parseFloat(text), has_number: true });
        } catch {
            ev.target.value = this.formatNumber(check);
            this.notification.add(_t("%s is not a number.", text), { type: "danger" });
        }
    }

    formatNumber(check) {
        const { has_number, value_number } = check.data;
        return has_number
            ? formatFloat(value_number, { digits: [16, 6], trailingZeros: false })
            : "";
    }

    onText(check, ev) {
        check.update({ value_text: ev.target.value });
    }

    onReason(check, ev) {
        check.update({ accept_reason: ev.target.value });
    }

    async onPhoto(check, ev) {
        const [file] = ev.target.files;
        if (file) {
            const dataUrl = await getDataURLFromFile(await shrinkPhoto(file));
            check.update({ value_photo: dataUrl.split(",")[1], photo_name: file.name });
        }
    }

    getPhotoUrl(check) {
        const photo = check.data.value_photo;
        if (isBinarySize(photo)) {
            return imageUrl(check.resModel, check.resId, "value_photo");
        }
        return `data:image/*;base64,${photo}`;
    }
}

export const stageChecksField = {
    component: StageChecksField,
    displayName: _t("Checklist of a stage"),
    supportedTypes: ["one2many"],
    isEmpty: () => false,
};

registry.category("fields").add("mrp_stage_checks", stageChecksField);
