import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/**
 * Choices as buttons for gloves. Which ones there are, another field of the record says: a list of `{value, label}`.
 * With the option `multiple` the value is a list of those chosen.
 */
export class ChoicesField extends Component {
    static template = "mrp_production_stage.ChoicesField";
    static props = {
        ...standardFieldProps,
        choices: { type: String },
        multiple: { type: Boolean, optional: true },
    };

    get choices() {
        return this.props.record.data[this.props.choices] || [];
    }

    get field() {
        return this.props.record.fields[this.props.name];
    }

    get chosen() {
        const value = this.props.record.data[this.props.name];
        if (this.props.multiple) {
            return value || [];
        }
        return [this.field.type === "many2one" ? value?.id : value];
    }

    onChoice(choice) {
        let value = choice.value;
        if (this.props.multiple) {
            const others = this.chosen.filter((other) => other !== value);
            value = others.length === this.chosen.length ? [...others, value] : others;
        } else if (this.field.type === "many2one") {
            value = { id: value, display_name: choice.label };
        }
        return this.props.record.update({ [this.props.name]: value });
    }
}

export const choicesField = {
    component: ChoicesField,
    displayName: _t("Choices as buttons"),
    supportedTypes: ["integer", "json", "many2one", "selection"],
    isEmpty: () => false,
    extractProps: ({ options }) => ({
        choices: options.choices,
        multiple: Boolean(options.multiple),
    }),
};

registry.category("fields").add("mrp_choices", choicesField);
