import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/**
 * How the active runs of a template spread over its stages: each count opens its runs.
 */
export class RunStagesField extends Component {
    static template = "mrp_production_stage.RunStagesField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get stages() {
        return (this.props.record.data[this.props.name] || []).map(([name, count]) => ({
            name,
            count,
            title: name || _t("All stages done"),
        }));
    }

    async onOpen(stage) {
        const { resModel, resId } = this.props.record;
        const kwargs = { stage_name: stage.name };
        this.action.doAction(await this.orm.call(resModel, "action_open_runs", [resId], kwargs));
    }
}

export const runStagesField = {
    component: RunStagesField,
    displayName: _t("Runs per stage"),
    supportedTypes: ["json", "jsonb"],
    isEmpty: () => false,
};

registry.category("fields").add("mrp_run_stages", runStagesField);
