import { registry } from "@web/core/registry";

const flyers = ".o_data_row:contains(Flyer)";

/**
 * A supervisor makes one batch of five small orders, and dissolves it again.
 */
registry.category("web_tour.tours").add("mrp_production_stage_aggregate", {
    steps: () => [
        {
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "One of the filters is on: the five orders are pending",
            trigger: `.o_list_view:has(${flyers}:eq(4)) ${flyers}:eq(0) .o_list_record_selector input`,
            run: "click",
        },
        { trigger: `${flyers}:eq(1) .o_list_record_selector input`, run: "click" },
        { trigger: `${flyers}:eq(2) .o_list_record_selector input`, run: "click" },
        { trigger: `${flyers}:eq(3) .o_list_record_selector input`, run: "click" },
        { trigger: `${flyers}:eq(4) .o_list_record_selector input`, run: "click" },
        {
            trigger: ".o_cp_action_menus button:contains(Actions)",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o_menu_item:contains(/^Aggregate$/)",
            run: "click",
        },
        {
            content: "What one batch saves",
            trigger:
                ".modal [name=saving_text]:contains(4 Units Plate):contains(120 minutes of Printing)",
        },
        {
            trigger: ".modal [name=quantity]:contains(250)",
        },
        {
            content: "Supervisors see no money",
            trigger: ".modal:not(:has([name=saved_amount]))",
        },
        {
            trigger: ".modal button[name=action_aggregate]",
            run: "click",
        },
        {
            content: "The batch, with the orders it is made of",
            trigger: ".o_form_view .nav-link:contains(/^Orders$/)",
            run: "click",
        },
        {
            trigger:
                ".tab-pane.active [name=aggregated_ids] .o_data_row:contains(Café Central):contains(100)",
        },
        {
            trigger: "button[name=action_dissolve]",
            run: "click",
        },
        {
            trigger: ".modal button:contains(/^Dissolve$/)",
            run: "click",
        },
        {
            content: "The five orders are back",
            trigger: ".o_kanban_view .o_kanban_record:contains(Flyer):eq(4)",
        },
    ],
});
