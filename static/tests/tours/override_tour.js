import { registry } from "@web/core/registry";

/**
 * A manager says what size XL does otherwise, and looks at what comes of it.
 */
registry.category("web_tour.tours").add("mrp_production_stage_override", {
    steps: () => [
        {
            trigger: ".o_data_row td[name=product_tmpl_id]:contains(Jacket)",
            run: "click",
        },
        {
            trigger: ".o_notebook a[name=variants]",
            run: "click",
        },
        {
            trigger:
                "[name=override_ids] .o_field_x2many_list_row_add button, [name=override_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=bom_product_template_attribute_value_ids] input",
            run: "edit XL",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(XL)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=base_operation_id] input",
            run: "edit Cutting",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Cutting)",
            run: "click",
        },
        {
            content: "It takes over what the base stage says",
            trigger: ".modal .o_field_widget[name=name] input:value(Cutting)",
            run: "edit Cutting XL",
        },
        {
            trigger: ".modal .o_field_widget[name=time_cycle_manual] input:value(10)",
            run: "edit 25",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) [name=override_ids] .o_data_row:contains(Cutting XL):contains(Replaces)",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            trigger: "button:contains(Show for Variant)",
            run: "click",
        },
        {
            content: "The first variant, of size S, follows the base",
            trigger: ".modal [name=stage_ids] .o_data_row:contains(Cutting):not(:contains(XL))",
        },
        {
            trigger: ".modal .o_field_widget[name=product_id] input",
            run: "click",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(XL)",
            run: "click",
        },
        {
            trigger:
                ".modal [name=stage_ids] .o_data_row:contains(Cutting XL):contains(Instead of Cutting):contains(25)",
        },
        {
            content: "With the fabric of the base stage",
            trigger: ".modal [name=line_ids] .o_data_row:contains(Fabric):contains(Cutting XL)",
        },
        {
            trigger: ".modal button:contains(Close)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_saved",
        },
    ],
});
